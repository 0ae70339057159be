# The bot as an image: Slack, Teams, pages signed in with Microsoft, and Postgres.  HOSTING.md says how it is run.
# BASE can be pinned to a digest: docker build --build-arg BASE=debian:trixie-slim@sha256:...
ARG BASE=debian:trixie-slim

FROM $BASE AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN apt-get update -qq && apt-get install -qq --no-install-recommends python3-venv >/dev/null
WORKDIR /build
COPY requirements.lock requirements-image.lock ./
RUN python3 -m venv tools && tools/bin/pip install -qq --require-hashes -r requirements.lock
RUN python3 -m venv --without-pip /opt/mace \
    && tools/bin/pip --python /opt/mace/bin/python install -qq --require-hashes -r requirements-image.lock
COPY pyproject.toml ./
COPY bot bot
COPY integrations integrations
COPY message_templates message_templates
COPY scheduler scheduler
COPY storage storage
RUN tools/bin/pip wheel -qq --no-deps --no-build-isolation --wheel-dir wheels . \
    && tools/bin/pip --python /opt/mace/bin/python install -qq --no-deps wheels/*.whl

FROM $BASE
RUN apt-get update -qq && apt-get upgrade -qq >/dev/null \
    && apt-get install -qq --no-install-recommends ca-certificates python3 >/dev/null \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mace \
    && install -d -o mace -g mace -m 0700 /srv/mace /srv/backups
COPY --from=build /opt/mace /opt/mace
ENV PATH=/opt/mace/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MACE_PROFILE=production
USER 10001:10001
WORKDIR /srv/mace
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["mace-bot"]
CMD ["serve", "--host", "0.0.0.0"]
