"""Our bot and the clients and servers that others wrote: npm's Slack, and Microsoft's Agents Playground."""
