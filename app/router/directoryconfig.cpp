// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directoryconfig.h"

#include "app/router/secretreference.h"

#include <libpq-fe.h>

namespace crossfade {

namespace {

const std::vector<std::string_view> KindWords{"NONE", "SQLITE", "POSTGRESQL", "UPLOAD"};
constexpr std::size_t MostAttributes = 50;
constexpr std::size_t MaxNameBytes = 200;

// Read as the library that connects reads it, so that no spelling hides a password; "" is good.
std::string faultOfUrl(const std::string &url)
{
    char *problem = nullptr;
    PQconninfoOption *options = PQconninfoParse(url.c_str(), &problem);
    PQfreemem(problem); // it may quote what must not be told
    if (!options) return "is not a PostgreSQL URL";
    bool secret = false;
    for (const PQconninfoOption *option = options; option->keyword; ++option) {
        const std::string_view name = option->keyword;
        secret |= (name == "password" || name == "sslpassword") && option->val && *option->val;
    }
    PQconninfoFree(options);
    return secret ? "must not hold a password: name an env or file as secret" : "";
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
    const std::string fault =
        url ? faultOfUrl(config.location) : std::string("must be a postgresql:// URL");
    if (!fault.empty()) in.reject("location", fault);
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
    SecretReference secret = readSecretReference(in);
    config.secretEnv = std::move(secret.env);
    config.secretFile = std::move(secret.file);
    return config;
}

} // namespace

std::string_view directoryKindWord(DirectoryKind kind)
{
    return KindWords[static_cast<std::size_t>(kind)];
}

Json directoryConfigToJson(const DirectoryConfig &config)
{
    return Json{{"kind", directoryKindWord(config.kind)},
                {"location", config.location},
                {"table", config.table},
                {"id_column", config.idColumn},
                {"attributes", config.attributes},
                {"refresh_seconds", config.refreshSeconds},
                {"secret", secretReferenceToJson({config.secretEnv, config.secretFile})}};
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
