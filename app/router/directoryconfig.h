// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <string>
#include <vector>

namespace crossfade {

enum class DirectoryKind { None, Sqlite, Postgresql, Mariadb, Upload };

// Where the known users come from. Texts are empty where the kind has no use for them.
struct DirectoryConfig {
    DirectoryKind kind = DirectoryKind::None;
    std::string location; // file, or postgresql or mariadb URL without a password
    std::string table;    // may be schema.table
    std::string idColumn;
    std::vector<std::string> attributes;
    std::int64_t refreshSeconds = 300;
    std::string secretEnv; // name of the environment variable that holds the password
    std::string secretFile;
};

std::string_view directoryKindWord(DirectoryKind kind);
// A database that is read again and again, with attributes to choose users by.
bool isDatabase(DirectoryKind kind);
Json directoryConfigToJson(const DirectoryConfig &config);
// The body of PUT /directory. UPLOAD is refused: its ids come as text.
DirectoryConfig readDirectoryConfig(JsonReader &in);
// What directoryConfigToJson wrote.
Result<DirectoryConfig> storedDirectoryConfig(const Json &json);

} // namespace crossfade
