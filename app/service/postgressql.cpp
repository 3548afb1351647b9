// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/postgressql.h"

#include <algorithm>

namespace crossfade {

namespace {

bool isWordCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// Walks over a statement; each skip… takes what stands at the cursor as a whole.
class Scanner {
public:
    explicit Scanner(std::string_view sql) : m_sql(sql) {}

    NumberedSql run()
    {
        while (m_at < m_sql.size()) {
            if (const std::size_t end = hintEnd(); end != m_at) {
                m_at = end;
                continue;
            }
            const std::size_t end = tokenEnd();
            if (end == m_at + 1 && m_sql[m_at] == '?')
                m_result.text += "$" + std::to_string(++m_result.parameters);
            else
                m_result.text.append(m_sql.substr(m_at, end - m_at));
            m_at = end;
        }
        return std::move(m_result);
    }

private:
    // "INDEXED BY name" is SQLite's: PostgreSQL has statistics to choose by.
    std::size_t hintEnd() const
    {
        static constexpr std::string_view Hint = "INDEXED BY ";
        if (!m_sql.substr(m_at).starts_with(Hint)) return m_at;
        if (m_at > 0 && isWordCharacter(m_sql[m_at - 1])) return m_at;
        std::size_t end = m_at + Hint.size();
        while (end < m_sql.size() && isWordCharacter(m_sql[end]))
            ++end;
        return end;
    }
    std::size_t tokenEnd() const
    {
        const char c = m_sql[m_at];
        const std::string_view rest = m_sql.substr(m_at);
        if (c == '\'') return quoteEnd('\'', isEscapeString());
        if (c == '"') return quoteEnd('"', false);
        if (rest.starts_with("--")) return std::min(m_sql.find('\n', m_at), m_sql.size());
        if (rest.starts_with("/*")) return commentEnd();
        if (c == '$') return dollarEnd();
        return m_at + 1;
    }
    // E'…' knows backslashes, '…' does not.
    bool isEscapeString() const
    {
        if (m_at == 0 || (m_sql[m_at - 1] != 'E' && m_sql[m_at - 1] != 'e')) return false;
        return m_at == 1 || !isWordCharacter(m_sql[m_at - 2]);
    }
    std::size_t quoteEnd(char quote, bool backslashes) const
    {
        for (std::size_t i = m_at + 1; i < m_sql.size(); ++i) {
            if (backslashes && m_sql[i] == '\\') {
                ++i;
                continue;
            }
            if (m_sql[i] != quote) continue;
            if (i + 1 == m_sql.size() || m_sql[i + 1] != quote) return i + 1;
            ++i; // a doubled quote is one inside
        }
        return m_sql.size();
    }
    std::size_t commentEnd() const
    {
        int depth = 0; // they nest
        for (std::size_t i = m_at; i < m_sql.size();) {
            const std::string_view two = m_sql.substr(i, 2);
            if (two == "/*") ++depth;
            if (two == "*/") --depth;
            i += two == "/*" || two == "*/" ? 2 : 1;
            if (depth == 0) return i;
        }
        return m_sql.size();
    }
    std::size_t dollarEnd() const
    {
        std::size_t tagEnd = m_at + 1;
        while (tagEnd < m_sql.size() && isWordCharacter(m_sql[tagEnd]))
            ++tagEnd;
        const bool opens = tagEnd < m_sql.size() && m_sql[tagEnd] == '$' &&
                           (m_at == 0 || !isWordCharacter(m_sql[m_at - 1])) &&
                           !(m_sql[m_at + 1] >= '0' && m_sql[m_at + 1] <= '9');
        if (!opens) return m_at + 1;
        const std::string_view tag = m_sql.substr(m_at, tagEnd + 1 - m_at);
        const std::size_t close = m_sql.find(tag, tagEnd + 1);
        return close == std::string_view::npos ? m_sql.size() : close + tag.size();
    }

    std::string_view m_sql;
    std::size_t m_at = 0;
    NumberedSql m_result;
};

} // namespace

NumberedSql numberedParameters(std::string_view sql)
{
    return Scanner(sql).run();
}

std::string toPostgresText(std::string_view text)
{
    std::string stored;
    stored.reserve(text.size());
    for (const char c : text) {
        stored += c == '\0' ? '\x01' : c;
        if (c == '\0' || c == '\x01') stored += c == '\0' ? '0' : '1';
    }
    return stored;
}

std::string fromPostgresText(std::string_view stored)
{
    std::string text;
    text.reserve(stored.size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
        if (stored[i] != '\x01' || i + 1 == stored.size()) {
            text += stored[i];
            continue;
        }
        ++i;
        text += stored[i] == '0' ? '\0' : '\x01';
    }
    return text;
}

} // namespace crossfade
