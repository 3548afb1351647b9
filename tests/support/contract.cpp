// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/contract.h"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>

namespace crossfade {

struct Contract::Schemas {
    std::map<std::string, valijson::Schema> byKey; // parsed once each
    valijson::Validator validator;                 // keeps the regular expressions it has made
};

namespace {

// A plain scalar as YAML 1.2 core reads it; a quoted one is a text.
Json scalarOf(const YAML::Node &node)
{
    const std::string &text = node.Scalar();
    if (node.Tag() == "!") return text;
    if (text == "true") return true;
    if (text == "false") return false;
    if (text == "null" || text == "~" || text.empty()) return {};
    std::int64_t integer = 0;
    const char *end = text.data() + text.size();
    if (std::from_chars(text.data(), end, integer).ptr == end) return integer;
    double number = 0;
    if (std::from_chars(text.data(), end, number).ptr == end) return number;
    return text;
}

Json jsonOf(const YAML::Node &node)
{
    Json json;
    switch (node.Type()) {
    case YAML::NodeType::Scalar: return scalarOf(node);
    case YAML::NodeType::Sequence:
        json = Json::array();
        for (const YAML::Node &item : node)
            json.push_back(jsonOf(item));
        return json;
    case YAML::NodeType::Map:
        json = Json::object();
        for (const auto &entry : node)
            json[entry.first.Scalar()] = jsonOf(entry.second);
        return json;
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined: break;
    }
    return json;
}

// valijson holds format and pattern against null too, where the specification asks for them of
// strings only: a nullable string becomes a choice of both.
void separateNull(Json &json)
{
    if (json.is_structured()) {
        for (Json &child : json)
            separateNull(child);
    }
    if (!json.is_object() || !json.contains("type") || !json.at("type").is_array()) return;
    if (!json.contains("format") && !json.contains("pattern")) return;
    Json rest = json;
    auto &types = rest.at("type");
    const auto null = std::find(types.begin(), types.end(), Json("null"));
    if (null == types.end()) return;
    types.erase(null);
    json = {{"anyOf", {{{"type", "null"}}, rest}}};
}

// valijson makes the regular expression of a date-time anew for every value, which takes longer than all the rest
// of a large answer; that of a pattern is kept. This one takes the same texts: no 30th of February either.
void spellOutTimes(Json &json)
{
    if (json.is_structured()) {
        for (Json &child : json)
            spellOutTimes(child);
    }
    if (!json.is_object() || json.value("format", Json()) != "date-time" || json.contains("pattern")) return;
    json.erase("format");
    json["pattern"] = "^[0-9]+-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|"
                      "02-(0[1-9]|[12][0-9]))[Tt]([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(\\.[0-9]+)?"
                      "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";
}

std::string lower(std::string text)
{
    for (char &c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::string upper(std::string text)
{
    for (char &c : text)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::vector<std::string> segmentsOf(std::string_view path)
{
    std::vector<std::string> segments;
    path = path.substr(0, path.find('?'));
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/', 1), path.size());
        segments.emplace_back(path.substr(0, slash));
        path.remove_prefix(slash);
    }
    return segments;
}

// How many segments are the same text; -1 if the path does not fit.
int fit(const std::string &pattern, const std::vector<std::string> &target)
{
    const std::vector<std::string> segments = segmentsOf(pattern);
    if (segments.size() != target.size()) return -1;
    int literal = 0;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (segments[i] == target[i])
            ++literal;
        else if (!segments[i].starts_with("/{"))
            return -1;
    }
    return literal;
}

bool isMethod(std::string_view word)
{
    static const std::set<std::string_view> words{"get", "put", "post", "patch", "delete"};
    return words.contains(word);
}

} // namespace

Contract::Contract(const std::string &file) : m_schemas(std::make_unique<Schemas>())
{
    const std::string path = std::string(CROSSFADE_SOURCE_DIR) + "/resources/openapi/" + file;
    try {
        m_document = jsonOf(YAML::LoadFile(path));
    } catch (const YAML::Exception &exception) {
        std::fprintf(stderr, "%s: %s\n", path.c_str(), exception.what());
    }
    if (!m_document.is_object() || !m_document.contains("paths"))
        m_document = {{"paths", Json::object()}, {"components", Json::object()}};
    separateNull(m_document);
    spellOutTimes(m_document);
}

Contract::~Contract() = default;

std::vector<std::string> Contract::operations() const
{
    std::vector<std::string> all;
    for (const auto &[path, methods] : m_document.at("paths").items()) {
        for (const auto &[method, operation] : methods.items()) {
            if (isMethod(method)) all.push_back(upper(method) + " " + path);
        }
    }
    std::ranges::sort(all);
    return all;
}

std::vector<std::string> Contract::rolesOf(const std::string &operation) const
{
    const std::size_t space = operation.find(' ');
    const Json &methods = m_document.at("paths").at(operation.substr(space + 1));
    const Json &entry = methods.at(lower(operation.substr(0, space)));
    std::vector<std::string> roles;
    if (!entry.contains("x-roles")) return roles;
    for (const Json &role : entry.at("x-roles"))
        roles.push_back(role.get<std::string>());
    return roles;
}

std::vector<std::string> Contract::documented() const
{
    std::vector<std::string> all;
    for (const auto &[path, methods] : m_document.at("paths").items()) {
        for (const auto &[method, operation] : methods.items()) {
            if (!isMethod(method)) continue;
            for (const auto &[status, response] : operation.at("responses").items()) {
                if (status != "default") all.push_back(upper(method) + " " + path + " " + status);
            }
        }
    }
    std::ranges::sort(all);
    return all;
}

std::vector<std::string> Contract::unseen() const
{
    std::vector<std::string> missing;
    for (const std::string &one : documented()) {
        if (!m_seen.contains(one)) missing.push_back(one);
    }
    return missing;
}

std::string Contract::templateOf(const std::string &target) const
{
    const std::vector<std::string> segments = segmentsOf(target);
    std::string best;
    int bestFit = -1;
    for (const auto &[path, methods] : m_document.at("paths").items()) {
        const int fits = fit(path, segments);
        if (fits <= bestFit) continue;
        bestFit = fits;
        best = path;
    }
    return best;
}

const Json *Contract::responseOf(const std::string &path, const std::string &method, int status) const
{
    const Json &methods = m_document.at("paths").at(path);
    if (!methods.contains(lower(method))) return nullptr;
    const Json &responses = methods.at(lower(method)).at("responses");
    const std::string number = std::to_string(status);
    // What a test sees must be named: "default" stands for what only an overload brings about.
    if (!responses.contains(number)) return nullptr;
    const Json *response = &responses.at(number);
    while (response->contains("$ref")) {
        const std::string pointer = response->at("$ref").get<std::string>().substr(1);
        response = &m_document.at(Json::json_pointer(pointer));
    }
    return response;
}

std::string Contract::validate(const std::string &key, const Json &schema, const Json &json)
{
    auto known = m_schemas->byKey.find(key);
    if (known == m_schemas->byKey.end()) {
        // References start at the document's root, so the schema becomes part of one.
        const Json root{{"components", m_document.at("components")}, {"allOf", Json::array({schema})}};
        known = m_schemas->byKey.try_emplace(key).first;
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(root), known->second);
    }
    valijson::ValidationResults results;
    if (m_schemas->validator.validate(known->second, valijson::adapters::NlohmannJsonAdapter(json), &results))
        return {};
    std::string text;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        std::string where;
        for (const std::string &part : error.context)
            where += part;
        text += key + " " + where + ": " + error.description + "\n";
    }
    return text + dumpJson(json);
}

std::string Contract::check(const std::string &method, const std::string &target,
                            const TestAnswer &answer)
{
    const std::string path = templateOf(target);
    if (path.empty()) return "no path of the contract fits " + target;
    const std::string key = upper(method) + " " + path + " " + std::to_string(answer.status);
    const Json *response = responseOf(path, method, answer.status);
    if (!response) return key + " is not in the contract: " + answer.body;
    m_seen.insert(key);
    if (!response->contains("content")) return answer.body.empty() ? "" : key + " has a body";
    const Json &contents = response->at("content");
    const std::string type = answer.header("content-type");
    const std::string bare = type.substr(0, type.find(';'));
    if (!contents.contains(bare)) return key + " has the type " + type;
    if (bare != "application/json" && !bare.ends_with("+json")) return {};
    return validate(key, contents.at(bare).at("schema"), answer.json);
}

std::string Contract::checkSchema(const std::string &name, const Json &json)
{
    return validate("#" + name, {{"$ref", "#/components/schemas/" + name}}, json);
}

} // namespace crossfade
