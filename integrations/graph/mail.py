"""E-mail by Graph instead of by a mail server: the same letter, from one mailbox, in which no copy of it stays."""

from email.message import EmailMessage, Message

from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.file_attachment import FileAttachment
from msgraph.generated.models.internet_message_header import InternetMessageHeader
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.message import Message as GraphMessage
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.users.item.send_mail.send_mail_post_request_body import SendMailPostRequestBody

from bot.ports import Undeliverable
from integrations.graph.client import Graph, Refused, put_off

REFUSED = "Microsoft refused the message"


async def post(graph: Graph, mailbox: str, letter: EmailMessage) -> None:
    """Or TryLater, Undeliverable or Unknown.  That a mailbox is not there Graph says later, in a letter to ours."""
    body = SendMailPostRequestBody(message=_message(letter), save_to_sent_items=False)
    try:
        await graph.asked(graph.client.users.by_user_id(mailbox).send_mail.post(body))
    except Refused as refused:
        if refused.status in (400, 413):
            raise Undeliverable(f"{REFUSED} ({refused.status})") from None
        raise put_off(refused) from None


def _message(letter: EmailMessage) -> GraphMessage:
    html = letter.get_body(("html",))
    return GraphMessage(
        subject=letter["Subject"],
        body=ItemBody(content=html.get_content() if html else "", content_type=BodyType.Html),
        to_recipients=[_recipient(letter, "To")],
        reply_to=[_recipient(letter, "Reply-To")],
        internet_message_id=letter["Message-ID"],
        internet_message_headers=[_no_answers()],
        attachments=[_attachment(part) for part in letter.iter_attachments()],
    )


def _recipient(letter: EmailMessage, header: str) -> Recipient:
    return Recipient(email_address=EmailAddress(address=letter[header].addresses[0].addr_spec))


def _no_answers() -> InternetMessageHeader:
    """Exchange's own word for Auto-Submitted: Graph sets no header that does not begin with x-."""
    return InternetMessageHeader(name="X-Auto-Response-Suppress", value="All")


def _attachment(part: Message) -> FileAttachment:
    content = part.get_payload(decode=True)
    return FileAttachment(
        odata_type="#microsoft.graph.fileAttachment",
        name=part.get_filename(),
        content_type=f"{part.get_content_type()}; method={part.get_param('method')}",
        content_bytes=content if isinstance(content, bytes) else b"",
    )
