// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directoryconfig.h"

namespace crossfade {

namespace {

const std::vector<std::string_view> KindWords{"NONE", "SQLITE", "POSTGRESQL", "UPLOAD"};
constexpr std::size_t MostAttributes = 50;
constexpr std::size_t MaxNameBytes = 200;

Json textOrNull(const std::string &text) { return text.empty() ? Json() : Json(text); }

bool namesAPassword(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    const std::size_t at = authority.rfind('@');
    const bool inAuthority =
        at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
    return inAuthority || url.find("password=") != std::string_view::npos;
}

void readSecret(JsonReader &in, DirectoryConfig &config)
{
    const Json *secret = in.optionalObject("secret");
    if (!secret) return;
    JsonReader one(*secret, in.pointerTo("secret"), in);
    config.secretEnv = one.optionalText("env", MaxNameBytes).value_or("");
    config.secretFile = one.optionalText("file", 4'000).value_or("");
    if (config.secretEnv.empty() == config.secretFile.empty())
        one.reject("", "must name either env or file");
    one.finish();
}

void checkSource(JsonReader &in, const DirectoryConfig &config)
{
    const auto require = [&](const char *field, const std::string &value) {
        if (value.empty()) in.reject(field, "is required for this kind");
    };
    require("location", config.location);
    require("table", config.table);
    require("id_column", config.idColumn);
    if (config.kind != DirectoryKind::Postgresql || config.location.empty()) return;
    const bool url = config.location.starts_with("postgresql://") ||
                     config.location.starts_with("postgres://");
    if (!url) in.reject("location", "must be a postgresql:// URL");
    if (namesAPassword(config.location))
        in.reject("location", "must not hold a password: name an env or file as secret");
}

DirectoryConfig readFields(JsonReader &in)
{
    DirectoryConfig config;
    config.kind = static_cast<DirectoryKind>(in.word("kind", KindWords));
    config.location = in.optionalText("location", 4'000).value_or("");
    config.table = in.optionalText("table", MaxNameBytes).value_or("");
    config.idColumn = in.optionalText("id_column", MaxNameBytes).value_or("");
    config.attributes = in.optionalTexts("attributes", MostAttributes, MaxNameBytes);
    config.refreshSeconds = in.optionalInteger("refresh_seconds", 1, 86'400).value_or(300);
    readSecret(in, config);
    return config;
}

} // namespace

std::string_view directoryKindWord(DirectoryKind kind)
{
    return KindWords[static_cast<std::size_t>(kind)];
}

Json directoryConfigToJson(const DirectoryConfig &config)
{
    Json secret;
    if (!config.secretEnv.empty() || !config.secretFile.empty())
        secret = {{"env", textOrNull(config.secretEnv)}, {"file", textOrNull(config.secretFile)}};
    return Json{{"kind", directoryKindWord(config.kind)},
                {"location", config.location},
                {"table", config.table},
                {"id_column", config.idColumn},
                {"attributes", config.attributes},
                {"refresh_seconds", config.refreshSeconds},
                {"secret", std::move(secret)}};
}

DirectoryConfig readDirectoryConfig(JsonReader &in)
{
    DirectoryConfig config = readFields(in);
    if (config.kind == DirectoryKind::Upload)
        in.reject("kind", "send the ids themselves, as text/plain or application/x-ndjson");
    if (config.kind == DirectoryKind::Sqlite || config.kind == DirectoryKind::Postgresql)
        checkSource(in, config);
    return config;
}

Result<DirectoryConfig> storedDirectoryConfig(const Json &json)
{
    JsonReader in(json);
    DirectoryConfig config = readFields(in);
    if (auto error = in.finish()) return fail(*error);
    return config;
}

} // namespace crossfade
