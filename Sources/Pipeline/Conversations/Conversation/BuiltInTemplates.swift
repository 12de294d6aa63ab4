/// Templates for models that come without one, by the names that `--chat-template` takes.
///
/// They follow the published formats of these families in their simplest form.
public enum BuiltInTemplates {
  /// The text of each template by its name.
  public static let all = [
    "chatml": chatML, "gemma": gemma, "llama-2": llama2, "llama-3": llama3, "mistral": mistral,
    "phi-3": phi3,
  ]

  private static let chatML = #"""
    {%- if messages[0].role != 'system' %}
        {{- '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' }}
    {%- endif %}
    {%- for m in messages %}
        {{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>' + '\n' }}
    {%- endfor %}
    {%- if add_generation_prompt %}
        {{- '<|im_start|>assistant\n' }}
    {%- endif %}
    """#

  private static let gemma = #"""
    {{ bos_token }}{% if messages[0]['role'] == 'system' %}
        {% set prefix = messages[0]['content'] + '\n\n' %}
        {% set rest = messages[1:] %}
    {% else %}
        {% set prefix = '' %}
        {% set rest = messages %}
    {% endif %}
    {% for message in rest %}
        {% if (message['role'] == 'user') != (loop.index0 is divisibleby 2) %}
            {{ raise_exception("Conversation roles must alternate") }}
        {% endif %}
        {% set role = 'model' if message['role'] == 'assistant' else message['role'] %}
    {{ '<start_of_turn>' + role + '\n' + (prefix if loop.first else '') + message['content'] |\#
     trim }}<end_of_turn>
    {% endfor %}
    {% if add_generation_prompt %}
    {{ '<start_of_turn>model\n' }}{% endif %}
    """#

  private static let llama2 = #"""
    {% if messages[0]['role'] == 'system' %}\#
    {% set sys = '<<SYS>>\n' ~ messages[0]['content'] ~ '\n<</SYS>>\n\n' %}\#
    {% set turns = messages[1:] %}{% else %}{% set sys = '' %}{% set turns = messages %}\#
    {% endif %}{% for turn in turns %}\#
    {% if (turn['role'] == 'user') != (loop.index0 % 2 == 0) %}\#
    {{ raise_exception('user and assistant must take turns') }}{% endif %}{% if loop.first %}\#
    {% set text = sys + turn['content'] %}{% else %}{% set text = turn['content'] %}\#
    {% endif %}{% if turn['role'] == 'user' %}\#
    {{ bos_token + '[INST] ' + text | trim + ' [/INST]' }}{% else %}\#
    {{ ' ' + text | trim + ' ' + eos_token }}{% endif %}{% endfor %}
    """#

  private static let llama3 = #"""
    {{- bos_token }}
    {#- the date goes into every system message #}
    {%- if not date_string is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- endif %}
    {%- if messages[0]['role'] == 'system' %}
        {%- set system_message = messages[0]['content'] | trim %}
        {%- set messages = messages[1:] %}
    {%- else %}
        {%- set system_message = "" %}
    {%- endif %}
    {{- "<|start_header_id|>system<|end_header_id|>\n\n" }}
    {{- "Today: " + date_string + "\n\n" + system_message + "<|eot_id|>" }}
    {%- for message in messages %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['conte\#
    nt'] | trim + '<|eot_id|>' }}
    {%- endfor %}
    {%- if add_generation_prompt %}
        {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
    {%- endif %}
    """#

  private static let mistral = #"""
    {%- set system_message = messages[0]["content"] if messages[0]["role"] == "system" else no\#
    ne %}
    {%- set loop_messages = messages if system_message is none else messages[1:] %}
    {%- set ns = namespace(expect_user=true) %}
    {{- bos_token }}
    {%- for message in loop_messages %}
        {%- if (message["role"] == "user") != ns.expect_user %}
            {{- raise_exception("roles must alternate") }}
        {%- endif %}
        {%- set ns.expect_user = not ns.expect_user %}
        {%- if message["role"] == "user" %}
            {%- if loop.last and system_message is not none %}
                {{- "[INST] " + system_message + "\n\n" + message["content"] + "[/INST]" }}
            {%- else %}
                {{- "[INST] " + message["content"] + "[/INST]" }}
            {%- endif %}
        {%- elif message["role"] == "assistant" %}
            {{- " " + message["content"] | trim + eos_token }}
        {%- endif %}
    {%- endfor %}
    """#

  private static let phi3 = #"""
    {% for message in messages %}\#
    {% if message['role'] in ['system', 'user'] and message['content'] %}\#
    {{ '<|' ~ message['role'] ~ '|>
    ' ~ message['content'] ~ '<|end|>
    ' }}{% elif message['role'] == 'assistant' %}{{ '<|assistant|>
    ' + message['content'] + '<|end|>
    ' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>
    ' }}{% else %}{{ eos_token | default('') }}{% endif %}
    """#
}
