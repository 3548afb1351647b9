// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/tokens.h"

#include "app/sandbox/childprocess.h"
#include "app/sandbox/files.h"

#include <array>
#include <filesystem>

namespace crossfade {

namespace {

struct Kind {
    const char *name; // in the file
    const char *subject;
    const char *roles;
    std::string SandboxTokens::*token;
};

constexpr std::array<Kind, 6> Kinds{{
    // Whoever practises alone proposes, approves and administers in one person.
    {"admin", "admin-1", "admin,approver,operator,viewer", &SandboxTokens::admin},
    {"operator", "operator-1", "operator,viewer", &SandboxTokens::operator_},
    {"approver", "approver-1", "approver,viewer", &SandboxTokens::approver},
    {"viewer", "viewer-1", "viewer", &SandboxTokens::viewer},
    {"observer", "load", "observer,viewer", &SandboxTokens::observer},
    {"service", "comparator", "service", &SandboxTokens::service},
}};

// Those of a sandbox that was made before there was one of its kind lack it.
std::optional<SandboxTokens> readTokens(const std::string &file)
{
    const Result<std::string> text = readTextFile(file);
    if (!text) return std::nullopt;
    const Result<Json> json = parseJson(*text);
    if (!json || !json->is_object()) return std::nullopt;
    SandboxTokens tokens;
    JsonReader in(*json);
    for (const Kind &kind : Kinds)
        tokens.*kind.token = in.optionalText(kind.name, 1'000).value_or("");
    if (in.finish()) return std::nullopt;
    return tokens;
}

Result<std::string> addToken(MainLoop &loop, const std::string &program, const std::string &data,
                             const std::string &logFile, const Kind &kind)
{
    const std::string outFile = data + ".token";
    std::error_code ignored;
    std::filesystem::remove(outFile, ignored);
    auto child = ChildProcess::start(
        {program,
         {"token", "add", "--data", data, "--subject", kind.subject, "--roles", kind.roles},
         {},
         logFile,
         outFile});
    if (!child) return fail(child.error());
    loop.waitUntil([&] { return !child->running(); }, std::chrono::seconds(20));
    const Result<std::string> out = readTextFile(outFile);
    std::filesystem::remove(outFile, ignored);
    if (child->exitCode() != 0 || !out) {
        child->signal(SIGKILL);
        return fail(ErrorKind::Internal, program + " token add failed, see " + logFile);
    }
    return out->substr(0, out->find_last_not_of(" \r\n") + 1);
}

} // namespace

Result<SandboxTokens> serviceTokens(MainLoop &loop, const std::string &program,
                                    const std::string &data, const std::string &file,
                                    const std::string &logFile)
{
    SandboxTokens tokens = readTokens(file).value_or(SandboxTokens());
    Json json = Json::object();
    bool made = false;
    for (const Kind &kind : Kinds) {
        if ((tokens.*kind.token).empty()) {
            Result<std::string> token = addToken(loop, program, data, logFile, kind);
            if (!token) return fail(token.error());
            tokens.*kind.token = std::move(*token);
            made = true;
        }
        json[kind.name] = tokens.*kind.token;
    }
    if (!made) return tokens;
    if (const auto written = writePrivateFile(file, dumpJson(json)); !written)
        return fail(written.error());
    return tokens;
}

} // namespace crossfade
