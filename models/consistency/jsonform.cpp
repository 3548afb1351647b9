// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/jsonform.h"

#include "models/consistency/decimalform.h"
#include "models/core/json.h"

#include <map>
#include <vector>

namespace crossfade {

namespace {

constexpr std::size_t MostDepth = 200;

// Of the library's events: values are written down as they end, members sorted by their names. A text
// is written with its length before it, so nothing in it has to be escaped.
class JsonWriter : public nlohmann::json_sax<Json> {
public:
    bool null() override { return value("null"); }
    bool boolean(bool yes) override { return value(yes ? "true" : "false"); }
    bool number_integer(number_integer_t number) override { return decimal(std::to_string(number)); }
    bool number_unsigned(number_unsigned_t number) override
    {
        return decimal(std::to_string(number));
    }
    bool number_float(number_float_t, const string_t &spelling) override
    {
        return decimal(spelling);
    }
    bool string(string_t &text) override { return value(sized(text)); }
    bool binary(binary_t &) override { return false; }
    bool start_object(std::size_t) override { return open(true); }
    bool start_array(std::size_t) override { return open(false); }
    bool key(string_t &name) override
    {
        Level &level = m_levels.back();
        level.name = name;
        return level.members.find(name) == level.members.end();
    }
    bool end_object() override
    {
        std::string text = "{";
        for (const auto &[name, member] : m_levels.back().members)
            text += sized(name) + member;
        return close(std::move(text) + "}");
    }
    bool end_array() override { return close("[" + m_levels.back().items + "]"); }
    bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &) override
    {
        return false;
    }
    std::string take() { return std::move(m_text); }

private:
    struct Level {
        bool object = false;
        std::string name; // of the member whose value comes
        std::map<std::string, std::string> members;
        std::string items;
    };

    static std::string sized(const std::string &text)
    {
        return std::to_string(text.size()) + "\"" + text;
    }
    bool decimal(const std::string &spelling)
    {
        const auto form = parseDecimal(spelling);
        return form && value("#" + form->text() + ";");
    }
    bool value(std::string text)
    {
        if (m_levels.empty())
            m_text = std::move(text);
        else if (m_levels.back().object)
            m_levels.back().members[m_levels.back().name] = std::move(text);
        else
            m_levels.back().items += text + ",";
        return true;
    }
    bool open(bool object)
    {
        m_levels.push_back({object, {}, {}, {}});
        return m_levels.size() <= MostDepth;
    }
    bool close(std::string text)
    {
        m_levels.pop_back();
        return value(std::move(text));
    }

    std::vector<Level> m_levels;
    std::string m_text;
};

} // namespace

std::optional<std::string> jsonForm(std::string_view text)
{
    JsonWriter writer;
    if (!Json::sax_parse(text.begin(), text.end(), &writer)) return std::nullopt;
    return writer.take();
}

} // namespace crossfade
