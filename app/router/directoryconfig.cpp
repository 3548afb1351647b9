// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directoryconfig.h"

#include "app/router/secretreference.h"
#include "app/service/mariadbtarget.h"

#include <libpq-fe.h>

namespace crossfade {

namespace {

const std::vector<std::string_view> KindWords{"NONE", "SQLITE", "POSTGRESQL", "MARIADB", "UPLOAD"};
constexpr std::size_t MostAttributes = 50;
constexpr std::size_t MaxNameBytes = 200;

// Read as the library that connects reads it, so that no spelling hides a password; "" is good.
std::string faultOfPostgresUrl(const std::string &url)
{
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
        return "must be a postgresql:// URL";
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

std::string faultOfLocation(const DirectoryConfig &config)
{
    if (config.kind == DirectoryKind::Postgresql) return faultOfPostgresUrl(config.location);
    if (config.kind != DirectoryKind::Mariadb) return {};
    const auto target = parseMariadbUrl(config.location);
    return target ? std::string() : target.error().message;
}

void checkSource(JsonReader &in, const DirectoryConfig &config)
{
    const auto require = [&](const char *field, const std::string &value) {
        if (value.empty()) in.reject(field, "is required for this kind");
    };
    require("location", config.location);
    require("table", config.table);
    require("id_column", config.idColumn);
    const std::string fault = config.location.empty() ? std::string() : faultOfLocation(config);
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

bool isDatabase(DirectoryKind kind)
{
    return kind == DirectoryKind::Sqlite || kind == DirectoryKind::Postgresql || kind == DirectoryKind::Mariadb;
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
    if (isDatabase(config.kind)) checkSource(in, config);
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
