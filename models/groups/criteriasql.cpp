// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/groups/criteria.h"

#include <algorithm>

namespace crossfade {

namespace {

using Kind = Criteria::Kind;

std::string_view operatorOf(Kind kind) {
    switch (kind) {
    case Kind::Less:
        return " < ";
    case Kind::AtMost:
        return " <= ";
    case Kind::Greater:
        return " > ";
    case Kind::AtLeast:
        return " >= ";
    case Kind::All:
    case Kind::Any:
    case Kind::Not:
    case Kind::Equals:
    case Kind::In:
    case Kind::Prefix:
    case Kind::IsNull:
        break;
    }
    return " = ";
}

class SqlWriter {
public:
    SqlWriter(SqlDialect dialect, const std::vector<std::string> &attributes)
        : m_dialect(dialect)
        , m_attributes(attributes) {}

    void write(const Criteria &criteria) {
        switch (criteria.kind) {
        case Kind::All:
            return writeParts(criteria, " AND ");
        case Kind::Any:
            return writeParts(criteria, " OR ");
        case Kind::Not:
            m_sql.text += "NOT ";
            return write(criteria.parts.front());
        case Kind::Equals:
        case Kind::In:
        case Kind::Prefix:
        case Kind::Less:
        case Kind::AtMost:
        case Kind::Greater:
        case Kind::AtLeast:
        case Kind::IsNull:
            return writeLeaf(criteria);
        }
    }

    Result<SqlCondition> take() {
        if (!m_unknown.empty())
            return fail(ErrorKind::Invalid, "the directory has no attribute \"" + m_unknown + "\"");
        return std::move(m_sql);
    }

private:
    void writeParts(const Criteria &criteria, std::string_view between) {
        m_sql.text += '(';
        for (std::size_t i = 0; i < criteria.parts.size(); ++i) {
            if (i > 0) m_sql.text += between;
            write(criteria.parts[i]);
        }
        m_sql.text += ')';
    }

    // (x IS NOT NULL AND …) is never unknown: false AND unknown is false.
    void writeLeaf(const Criteria &criteria) {
        if (std::ranges::find(m_attributes, criteria.attribute) == m_attributes.end()) {
            m_unknown = criteria.attribute;
            return;
        }
        const std::string name = quotedSqlName(criteria.attribute, m_dialect);
        if (criteria.kind == Kind::IsNull) {
            m_sql.text += '(' + name + " IS NULL)";
            return;
        }
        m_sql.text += '(' + name + " IS NOT NULL AND " + condition(criteria, textOf(name)) + ')';
    }

    std::string condition(const Criteria &criteria, const std::string &text) {
        if (criteria.kind == Kind::Prefix) {
            const std::string prefix = parameter(std::get<std::string>(criteria.values.front()));
            // Its parameters have no numbers by which one could stand twice.
            if (m_dialect == SqlDialect::Mariadb) return "locate(" + prefix + ", " + bytes(text) + ") = 1";
            return "substr(" + text + ", 1, length(" + prefix + "))" + bytewise() + " = " + prefix;
        }
        if (criteria.kind == Kind::In) {
            std::string list;
            for (const Criteria::Value &value : criteria.values)
                list += (list.empty() ? "" : ", ") + parameter(std::get<std::string>(value));
            return bytes(text) + " IN (" + list + ')';
        }
        const std::string relation(operatorOf(criteria.kind));
        if (const auto *wanted = std::get_if<std::string>(&criteria.values.front()))
            return bytes(text) + relation + parameter(*wanted);
        const std::string number =
            parameter(std::to_string(std::get<std::int64_t>(criteria.values.front())));
        const std::string type = m_dialect == SqlDialect::Mariadb ? " AS SIGNED)" : " AS BIGINT)";
        // CASE: only there is it certain that what is no number is not cast.
        return "CASE WHEN " + isInteger(text) + " THEN CAST(" + text + type + relation + "CAST(" + number + type +
               " ELSE " + (m_dialect == SqlDialect::Sqlite ? "0" : "FALSE") + " END";
    }

    std::string textOf(const std::string &name) const {
        return m_dialect == SqlDialect::Mariadb ? "CONVERT(" + name + " USING utf8mb4)" : "CAST(" + name + " AS TEXT)";
    }

    // As it is compared: byte by byte. MariaDB's collations would take 'a' and 'a ' for one, its bytes do not.
    std::string bytes(const std::string &text) const {
        return m_dialect == SqlDialect::Mariadb ? "CAST(" + text + " AS BINARY)" : text + bytewise();
    }

    std::string bytewise() const {
        return m_dialect == SqlDialect::Sqlite ? " COLLATE BINARY" : " COLLATE \"C\"";
    }

    std::string isInteger(const std::string &text) const {
        if (m_dialect == SqlDialect::Postgresql) return '(' + text + bytewise() + " ~ '^-?[0-9]{1,18}$')";
        // Its $ stands before a last line end too.
        if (m_dialect == SqlDialect::Mariadb)
            return '(' + text + " REGEXP '^-?[0-9]{1,18}$' AND " + text + " NOT REGEXP '[^0-9-]')";
        const std::string digits = "ltrim(substr(" + text + ", 1, 1), '-') || substr(" + text + ", 2)";
        return "(length(" + digits + ") BETWEEN 1 AND 18 AND " + digits + " NOT GLOB '*[^0-9]*')";
    }

    std::string parameter(const std::string &value) {
        m_sql.values.push_back(value);
        if (m_dialect == SqlDialect::Mariadb) return "CAST(? AS BINARY)";
        const std::string number = std::to_string(m_sql.values.size());
        return m_dialect == SqlDialect::Sqlite ? "?" + number : "CAST($" + number + " AS TEXT)";
    }

    const SqlDialect m_dialect;
    const std::vector<std::string> &m_attributes;
    SqlCondition m_sql;
    std::string m_unknown;
};

} // namespace

std::string quotedSqlName(std::string_view name, SqlDialect dialect) {
    const char quote = dialect == SqlDialect::Mariadb ? '`' : '"';
    std::string text(1, quote);
    for (const char c : name) {
        if (c == quote) text += quote;
        text += c;
    }
    return text + quote;
}

Result<SqlCondition> toSql(const Criteria &criteria, SqlDialect dialect,
                           const std::vector<std::string> &attributes) {
    SqlWriter writer(dialect, attributes);
    writer.write(criteria);
    return writer.take();
}

} // namespace crossfade
