// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/secretreference.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace crossfade {

namespace {

constexpr std::size_t LongestEnvName = 200;
constexpr std::size_t LongestPath = 4'000;
constexpr std::size_t LongestSecretLine = 4'096;
constexpr std::uintmax_t LargestSecretFile = 1 << 16;

Json nameOrNull(const std::string &name)
{
    return name.empty() ? Json() : Json(name);
}

} // namespace

SecretReference readSecretReference(JsonReader &in)
{
    SecretReference reference;
    const Json *secret = in.optionalObject("secret");
    if (!secret) return reference;
    JsonReader one(*secret, in.pointerTo("secret"), in);
    reference.env = one.optionalText("env", LongestEnvName).value_or("");
    reference.file = one.optionalText("file", LongestPath).value_or("");
    if (reference.env.empty() == reference.file.empty())
        one.reject("", "must name either env or file");
    one.finish();
    return reference;
}

Json secretReferenceToJson(const SecretReference &reference)
{
    if (reference.env.empty() && reference.file.empty()) return {};
    return Json{{"env", nameOrNull(reference.env)}, {"file", nameOrNull(reference.file)}};
}

Result<std::string> referencedSecret(const SecretReference &reference)
{
    if (!reference.env.empty()) {
        const char *value = std::getenv(reference.env.c_str());
        if (value) return std::string(value);
        return fail(ErrorKind::Unavailable, "the environment variable " + reference.env + " is not set");
    }
    if (reference.file.empty()) return std::string();
    // A pipe or a device would keep its reader waiting, or never end.
    std::error_code error;
    const bool isFile = std::filesystem::is_regular_file(reference.file, error) &&
                        std::filesystem::file_size(reference.file, error) <= LargestSecretFile;
    std::ifstream in;
    std::string line;
    if (isFile) in.open(reference.file);
    if (!in.is_open() || !std::getline(in, line) || line.size() > LongestSecretLine)
        return fail(ErrorKind::Unavailable, "the secret file " + reference.file + " cannot be read");
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

} // namespace crossfade
