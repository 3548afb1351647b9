// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/jsonitems.h"

namespace crossfade {

namespace {

class ItemScanner {
public:
    explicit ItemScanner(std::string_view text) : m_text(text) {}

    std::size_t at() const { return m_at; }
    bool isAtEnd()
    {
        skipSpace();
        return m_at == m_text.size();
    }
    // Takes the character if it is the next one.
    bool takes(char c)
    {
        skipSpace();
        if (m_at == m_text.size() || m_text[m_at] != c) return false;
        ++m_at;
        return true;
    }
    // What stands up to the next comma, colon or closing bracket that is not inside of it. Whether it is
    // JSON is for the parser to say.
    std::string_view value()
    {
        skipSpace();
        const std::size_t from = m_at;
        int depth = 0;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '"') {
                skipString();
                if (m_at == m_text.size()) break;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (depth == 0 && (c == ',' || c == ':' || c == '}' || c == ']')) {
                break;
            } else if (c == '}' || c == ']') {
                --depth;
            }
        }
        return m_text.substr(from, m_at - from);
    }

private:
    void skipSpace()
    {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
    }
    // From the opening quote to the closing one.
    void skipString()
    {
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size()) ++m_at;
        }
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

Failure malformedAt(std::size_t byte)
{
    return fail(ErrorKind::Malformed, "not valid JSON at byte " + std::to_string(byte));
}

Result<void> readField(ItemScanner &in, std::string_view field)
{
    const std::size_t from = in.at();
    const auto name = parseJson(in.value());
    if (!name || !name->is_string()) return malformedAt(from);
    const auto &text = name->get_ref<const std::string &>();
    if (text != field) return invalid("/" + pointerToken(text), "is not a known field");
    if (!in.takes(':')) return malformedAt(in.at());
    return {};
}

} // namespace

Result<void> eachJsonItem(std::string_view text, std::string_view field,
                          const std::function<Result<void>(const Json &, std::size_t)> &visit)
{
    ItemScanner in(text);
    if (!in.takes('{')) return malformedAt(in.at());
    if (in.takes('}')) return invalid("/" + std::string(field), "is required");
    if (auto named = readField(in, field); !named) return named;
    if (!in.takes('[')) return invalid("/" + std::string(field), "must be an array");
    bool more = !in.takes(']');
    for (std::size_t index = 0; more; ++index) {
        const std::size_t from = in.at();
        const auto item = parseJson(in.value());
        if (!item)
            return fail(item.error().kind, "item " + std::to_string(index + 1) + " (at byte " +
                                               std::to_string(from) + "): " + item.error().message);
        if (auto visited = visit(*item, index); !visited) return visited;
        more = in.takes(',');
        if (!more && !in.takes(']')) return malformedAt(in.at());
    }
    if (in.takes(',')) return readField(in, field).and_then([&] { return Result<void>(malformedAt(in.at())); });
    if (!in.takes('}') || !in.isAtEnd()) return malformedAt(in.at());
    return {};
}

} // namespace crossfade
