"""Asks a running Kvasir with the official OpenAI client, unmodified."""

import time

import openai
from library import QUESTION, Checks, Rest, arguments, graph

SERVER, KEY, MODEL = arguments(__doc__)
REST = Rest(SERVER, KEY)
CLIENT = openai.OpenAI(base_url=SERVER + "/v1", api_key=KEY)
ECHO = "kvasir/client_echo"
CHECKS = Checks()


def check(work):
    try:
        work()
        CHECKS.done(work.__name__.replace("_", " "))
    except Exception:  # a failed check is told, whatever it failed by
        CHECKS.lost(work.__name__.replace("_", " "))


def asked(text):
    return [{"role": "user", "content": text}]


def expect(error, code, param, work):
    try:
        work()
    except error as refused:
        assert refused.code == code, refused
        assert refused.param == param, refused
        return refused
    raise AssertionError("it was not refused")


@check
def graphs_and_models_are_listed():
    REST.publish(graph("client_echo", "{{ input.question }}", QUESTION), "Says it back")
    REST.publish(graph("client_lost", "{{ input.question }}", QUESTION, pool="client-nobody"), "Waits for ever")
    ids = [model.id for model in CLIENT.models.list()]
    assert ECHO in ids and ECHO + "@1" in ids and "echo" in ids, ids
    assert not any(name.startswith("kvasir/model:") for name in ids), ids


@check
def one_model_is_read_by_its_name():
    assert CLIENT.models.retrieve(ECHO).owned_by == "kvasir"
    assert CLIENT.models.retrieve("echo").id == "echo"
    expect(openai.NotFoundError, "model_not_found", "model", lambda: CLIENT.models.retrieve("kvasir/none"))


@check
def a_graph_answers_a_chat():
    raw = CLIENT.chat.completions.with_raw_response.create(model=ECHO, messages=asked("one two three"))
    answer = raw.parse()
    assert answer.choices[0].message.content == "one two three"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.completion_tokens == 3 and answer.usage.prompt_tokens == 3
    assert answer.usage.completion_tokens_details.intermediate_tokens == 0
    assert raw.headers["Kvasir-Run"] == answer.kvasir["runId"]
    assert REST.run(answer.kvasir["runId"])["graph"] == "client_echo"


@check
def a_model_answers_a_conversation():
    answer = CLIENT.chat.completions.create(
        model="echo",
        messages=[
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "noted"},
            {"role": "user", "content": [{"type": "text", "text": "second "}, {"type": "text", "text": "third"}]},
        ],
    )
    assert answer.choices[0].message.content == "second third"
    assert answer.usage.prompt_tokens == 6, answer.usage
    assert answer.model == "echo"


@check
def options_apply_to_the_agent_that_answers():
    answer = CLIENT.chat.completions.create(
        model=ECHO, messages=asked("one two three"), max_completion_tokens=2, temperature=0.5, top_p=0.9, seed=7, stop=["x"]
    )
    assert answer.choices[0].message.content == "one two"
    assert answer.choices[0].finish_reason == "length"
    assert REST.run(answer.kvasir["runId"])["seed"] == 7


@check
def a_chat_is_streamed():
    text = " ".join(f"word{i}" for i in range(500))
    stream = CLIENT.chat.completions.create(
        model=ECHO, messages=asked(text), max_tokens=1000, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == text
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == 500
    assert all(c.usage is None for c in chunks[:-1])


@check
def hanging_up_cancels_the_run():
    stream = CLIENT.chat.completions.create(model="kvasir/client_lost", messages=asked("x"), stream=True)
    next(iter(stream))
    run = stream.response.headers["Kvasir-Run"]
    stream.response.close()
    end = time.monotonic() + 20
    while REST.run(run)["state"] != "CANCELLED":
        assert time.monotonic() < end, REST.run(run)["state"]
        time.sleep(0.2)


@check
def what_is_not_supported_is_refused_by_name():
    ask = CLIENT.chat.completions.create
    bad = openai.BadRequestError
    refused = expect(bad, "unsupported_parameter", "n", lambda: ask(model=ECHO, messages=asked("x"), n=2))
    assert refused.body["message"] == "'n' must be 1: Kvasir gives one answer."
    expect(bad, "unsupported_parameter", "logprobs", lambda: ask(model=ECHO, messages=asked("x"), logprobs=True))
    expect(bad, "unsupported_parameter", "tools", lambda: ask(model=ECHO, messages=asked("x"), tools=[]))
    expect(bad, "invalid_value", "temperature", lambda: ask(model=ECHO, messages=asked("x"), temperature=3))
    image = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]
    expect(bad, "unsupported_parameter", "messages[0].content[0].type", lambda: ask(model=ECHO, messages=image))
    expect(bad, "unknown_parameter", "speed", lambda: ask(model=ECHO, messages=asked("x"), extra_body={"speed": 1}))
    expect(openai.NotFoundError, "model_not_found", "model", lambda: ask(model="gpt-4o", messages=asked("x")))


@check
def a_wrong_key_is_refused():
    stranger = openai.OpenAI(base_url=SERVER + "/v1", api_key="kv_00000000_wrong")
    expect(openai.AuthenticationError, "invalid_api_key", None, lambda: stranger.models.list())


@check
def a_response_is_given():
    answer = CLIENT.responses.create(
        model="echo", instructions="Be brief.", input="one two", max_output_tokens=50, metadata={"case": "7"}
    )
    assert answer.output_text == "one two" and answer.status == "completed"
    assert answer.usage.input_tokens == 4 and answer.usage.output_tokens == 2
    assert answer.metadata == {"case": "7"} and answer.instructions == "Be brief."
    assert REST.run(answer.kvasir["runId"])["labels"]["case"] == "7"
    cut = CLIENT.responses.create(model="echo", input=asked("one two three"), max_output_tokens=2)
    assert cut.status == "incomplete" and cut.incomplete_details.reason == "max_output_tokens"


@check
def a_response_goes_on_from_an_earlier_one():
    first = CLIENT.responses.create(model="echo", input="one")
    second = CLIENT.responses.create(model="echo", input=[*first.output, {"role": "user", "content": "two"}])
    assert second.output_text == "two"


@check
def a_response_is_streamed():
    text = " ".join(f"word{i}" for i in range(500))
    with CLIENT.responses.stream(model="echo", input=text, max_output_tokens=1000) as stream:
        types = [event.type for event in stream]
        final = stream.get_final_response()
    assert types[0] == "response.created" and types[-1] == "response.completed", types
    assert "response.output_text.delta" in types
    assert final.output_text == text


@check
def responses_are_refused_by_name():
    ask = CLIENT.responses.create
    bad = openai.BadRequestError
    expect(bad, "unsupported_parameter", "previous_response_id", lambda: ask(model=ECHO, input="x", previous_response_id="r"))
    expect(bad, "missing_required_parameter", "input", lambda: ask(model=ECHO))


if MODEL:

    @check
    def a_local_model_answers_whole_and_streamed():
        ask = CLIENT.chat.completions.create
        whole = ask(model=MODEL, messages=asked("Name three colours."), max_tokens=48)
        assert whole.usage.prompt_tokens > 0 and whole.usage.completion_tokens > 0
        pieces = [
            c.choices[0].delta.content
            for c in ask(model=MODEL, messages=asked("Name three colours."), max_tokens=48, stream=True)
            if c.choices and c.choices[0].delta.content
        ]
        assert "".join(pieces) == whole.choices[0].message.content
        print(f"      {MODEL}: {whole.usage.completion_tokens} tokens in {len(pieces)} pieces: {''.join(pieces)!r}")


CHECKS.end()
