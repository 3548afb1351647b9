// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/decisiontext.h"

#include "models/core/ids.h"
#include "models/core/jsontext.h"

#include <array>
#include <charconv>
#include <cstring>

namespace crossfade {

namespace {

// Steps through a text of which it says at each step whether it goes on as it should.
class PlainScanner {
public:
    explicit PlainScanner(std::string_view text) : m_at(text.data()), m_end(text.data() + text.size()) {}

    bool takes(char c)
    {
        skipSpace();
        if (m_at == m_end || *m_at != c) return false;
        ++m_at;
        return true;
    }
    // A text in quotes; whether its characters are plain is for the caller to say.
    bool takesText(std::string_view &text)
    {
        if (!takes('"')) return false;
        const char *begin = m_at;
        while (m_at != m_end && *m_at != '"')
            ++m_at;
        if (m_at == m_end) return false;
        text = {begin, static_cast<std::size_t>(m_at - begin)};
        ++m_at;
        return true;
    }
    bool isAtEnd()
    {
        skipSpace();
        return m_at == m_end;
    }

private:
    void skipSpace()
    {
        while (m_at != m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t'))
            ++m_at;
    }

    const char *m_at;
    const char *m_end;
};

enum FieldBit { UserBit = 1, SystemBit = 2, EntityBit = 4, InterfaceBit = 8, OperationBit = 16 };

bool takesId(std::string_view value, std::string_view &id)
{
    id = value;
    return isValidId(value);
}

// The bit of the field, 0 if it is none of them or its value is not plain.
int takeField(std::string_view name, std::string_view value, DecisionRequest &request)
{
    if (name == "user_id") return takesId(value, request.userId) ? UserBit : 0;
    if (name == "system_id") return takesId(value, request.systemId) ? SystemBit : 0;
    if (name == "entity_id") return takesId(value, request.entityId) ? EntityBit : 0;
    if (name == "interface") {
        request.interface = value;
        return value.size() <= MaxInterfaceBytes && isPlainJsonText(value) ? InterfaceBit : 0;
    }
    if (name != "operation") return 0;
    const std::optional<Operation> operation = operationFromWord(value);
    request.operation = operation.value_or(Operation::Read);
    return operation ? OperationBit : 0;
}

bool takesRequest(PlainScanner &in, DecisionRequest &request)
{
    if (!in.takes('{')) return false;
    int known = 0;
    do {
        std::string_view name;
        std::string_view value;
        if (!in.takesText(name) || !in.takes(':') || !in.takesText(value)) return false;
        const int bit = takeField(name, value, request);
        if (bit == 0 || (known & bit) != 0) return false;
        known |= bit;
    } while (in.takes(','));
    return in.takes('}');
}

// Of a decision's text what is sure to fit: longer texts, and those with something to escape, go past it.
class DecisionWriter {
public:
    explicit DecisionWriter(std::string &out) : m_out(out) {}
    ~DecisionWriter() { flush(); }
    DecisionWriter(const DecisionWriter &) = delete;
    DecisionWriter &operator=(const DecisionWriter &) = delete;

    template <std::size_t N>
    void put(const char (&text)[N])
    {
        std::memcpy(m_at, text, N - 1);
        m_at += N - 1;
    }
    void word(std::string_view text) // one of ours: short
    {
        std::memcpy(m_at, text.data(), text.size());
        m_at += text.size();
    }
    void number(std::int64_t value) { m_at = std::to_chars(m_at, m_at + 20, value).ptr; }
    void numberOrNull(bool given, std::int64_t value)
    {
        if (given)
            number(value);
        else
            put("null");
    }
    void textOrNull(const std::string *text)
    {
        if (!text) return put("null");
        if (text->size() <= MostText && isPlainJsonText(*text)) {
            *m_at++ = '"';
            word(*text);
            *m_at++ = '"';
            return;
        }
        flush();
        appendJson(m_out, *text);
    }

private:
    static constexpr std::size_t MostText = 100;

    void flush()
    {
        m_out.append(m_text.data(), static_cast<std::size_t>(m_at - m_text.data()));
        m_at = m_text.data();
    }

    std::string &m_out;
    std::array<char, 1'200> m_text; // names and words 300, three numbers 60, five texts 510
    char *m_at = m_text.data();
};

} // namespace

std::optional<std::vector<DecisionRequest>> plainDecisionRequests(std::string_view body, std::size_t most, Instant now)
{
    PlainScanner in(body);
    std::string_view name;
    if (!in.takes('{') || !in.takesText(name) || name != "requests" || !in.takes(':') || !in.takes('['))
        return std::nullopt;
    std::vector<DecisionRequest> requests;
    requests.reserve(std::min(most, body.size() / 40 + 1));
    do {
        if (requests.size() == most) return std::nullopt;
        DecisionRequest &request = requests.emplace_back();
        request.at = now;
        if (!takesRequest(in, request)) return std::nullopt;
    } while (in.takes(','));
    if (!in.takes(']') || !in.takes('}') || !in.isAtEnd()) return std::nullopt;
    return requests;
}

// In the order of the names, as the library writes them.
void appendDecisionText(std::string &out, const Decision &decision)
{
    DecisionWriter to(out);
    to.put(R"({"bucket":)");
    to.numberOrNull(decision.bucket >= 0, decision.bucket);
    to.put(R"(,"epoch":)");
    to.number(decision.epoch);
    to.put(R"(,"gray_list":)");
    to.textOrNull(decision.grayList ? &decision.grayList->name : nullptr);
    to.put(R"(,"group_batch":)");
    to.numberOrNull(decision.group != nullptr, decision.groupBatch);
    to.put(R"(,"group_id":)");
    to.textOrNull(decision.group ? &decision.group->id : nullptr);
    to.put(R"(,"line":")");
    to.word(lineNumber(decision.line));
    to.put(R"(","mode":")");
    to.word(modeWord(decision.mode));
    to.put(R"(","platform":")");
    to.word(platformWord(decision.platform));
    to.put(R"(","policy_id":)");
    to.textOrNull(decision.policy ? &decision.policy->id : nullptr);
    to.put(R"(,"primary":")");
    to.word(platformWord(decision.primary));
    to.put(R"(","reason":")");
    to.word(reasonWord(decision.reason));
    to.put(R"(","rule_id":)");
    to.textOrNull(decision.rule ? &decision.rule->id : nullptr);
    to.put(R"(,"rule_reason":)");
    to.textOrNull(decision.rule ? &decision.rule->reason : nullptr);
    to.put("}");
}

} // namespace crossfade
