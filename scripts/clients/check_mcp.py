"""Asks a running Kvasir with the official client of the Model Context Protocol, unmodified."""

import asyncio
import time

import httpx2
from library import QUESTION, Checks, Rest, arguments, graph
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

SERVER, KEY, _ = arguments(__doc__)
REST = Rest(SERVER, KEY)
CHECKS = Checks()


def connect(key=KEY):
    http = httpx2.AsyncClient(headers={"Authorization": "Bearer " + key}, timeout=httpx2.Timeout(30, read=300))
    return Client(streamable_http_client(SERVER + "/mcp", http_client=http))


async def the_protocol_is_negotiated(client):
    assert client.protocol_version == "2025-11-25", client.protocol_version
    assert client.server_info.name == "kvasir"


async def published_graphs_are_tools(client):
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert tools["client_echo"].title == "Says it back"
    assert tools["client_echo"].input_schema["required"] == ["question"]


async def a_tool_answers_text_and_structure(client):
    result = await client.call_tool("client_echo", {"question": "one two"})
    assert not result.is_error
    assert result.content[0].text == "one two"
    assert result.structured_content == {"answer": "one two"}


async def progress_is_told_while_the_run_goes_on(client):
    heard = []

    async def hear(progress, total, message):
        heard.append((progress, total, message))

    result = await client.call_tool("client_echo", {"question": "x"}, progress_callback=hear)
    assert result.content[0].text == "x"
    assert [p for p, _, _ in heard] == [1, 2, 3], heard
    assert heard[-1] == (3, 3, "Node 'output' succeeded"), heard


async def wrong_arguments_are_the_tools_error(client):
    result = await client.call_tool("client_echo", {"question": 7})
    assert result.is_error
    assert "/question" in result.content[0].text, result.content


async def an_unknown_tool_is_refused(client):
    try:
        await client.call_tool("client_none", {})
    except MCPError as refused:
        assert refused.error.code == -32602, refused
        return
    raise AssertionError("it was not refused")


async def cancelling_a_call_cancels_its_run(client):
    call = asyncio.create_task(client.call_tool("client_lost", {"question": "x"}))
    run = await newest("client_lost", "QUEUED")
    call.cancel()
    end = time.monotonic() + 20
    while REST.run(run)["state"] != "CANCELLED":
        assert time.monotonic() < end, REST.run(run)["state"]
        await asyncio.sleep(0.2)


async def newest(name, state):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        runs = REST.ask("GET", f"/api/v1/runs?graph={name}&state={state}&limit=1")[0]["items"]
        if runs:
            return runs[0]["id"]
        await asyncio.sleep(0.1)
    raise AssertionError("the run did not start")


async def a_wrong_key_is_refused():
    answer = httpx2.post(SERVER + "/mcp", json={}, headers={"Authorization": "Bearer kv_00000000_wrong"})
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer", answer


async def another_sites_pages_are_refused():
    headers = {"Authorization": "Bearer " + KEY, "Origin": "https://evil.example"}
    assert httpx2.post(SERVER + "/mcp", json={}, headers=headers).status_code == 403


async def main():
    REST.publish(graph("client_echo", "{{ input.question }}", QUESTION), "Says it back")
    REST.publish(graph("client_lost", "{{ input.question }}", QUESTION, pool="client-nobody"), "Waits for ever")
    for work in (
        the_protocol_is_negotiated,
        published_graphs_are_tools,
        a_tool_answers_text_and_structure,
        progress_is_told_while_the_run_goes_on,
        wrong_arguments_are_the_tools_error,
        an_unknown_tool_is_refused,
        cancelling_a_call_cancels_its_run,
    ):
        await check(work, with_client(work))
    for work in (a_wrong_key_is_refused, another_sites_pages_are_refused):
        await check(work, work())
    CHECKS.end()


async def with_client(work):
    async with connect() as client:
        await work(client)


async def check(work, running):
    try:
        await running
        CHECKS.done(work.__name__.replace("_", " "))
    except Exception:  # a failed check is told, whatever it failed by
        CHECKS.lost(work.__name__.replace("_", " "))


asyncio.run(main())
