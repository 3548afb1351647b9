// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/sandbox/fixture.h"
#include "tests/support/http.h"
#include "tests/support/process.h"

#include <csignal>
#include <fstream>

namespace crossfade {
namespace {

constexpr const char *Program = "crossfade-sandbox";

TEST(Program, ExplainsItself)
{
    const Output help = runProgram(Program, {"--help"});
    EXPECT_EQ(help.exitCode, 0);
    for (const char *word : {"up", "fault", "load", "plant", "status"}) {
        EXPECT_NE(help.out.find(word), std::string::npos) << word;
        EXPECT_EQ(runProgram(Program, {word, "--help"}).exitCode, 0) << word;
    }
    EXPECT_EQ(runProgram(Program, {"--version"}).exitCode, 0);
}

TEST(Program, BadUsageIsTwoAndFailureIsOne)
{
    const TempDir dir;
    const std::vector<std::vector<std::string>> bad{
        {},
        {"nonsense"},
        {"up"},
        {"up", "--dir", dir.file("d"), "--users", "0"},
        {"up", "--dir", dir.file("d"), "--rate", "fast"},
        {"fault", "--dir", dir.file("d"), "--platform", "OTHER"},
        {"fault", "--dir", dir.file("d"), "--platform", "NEW", "--error-rate", "200"},
        {"platform", "--name", "LEGACY"},
        {"plant", "--dir", dir.file("d"), "--count", "0"}};
    for (const auto &arguments : bad)
        EXPECT_EQ(runProgram(Program, arguments).exitCode, 2) << testing::PrintToString(arguments);
    const Output none = runProgram(Program, {"status", "--dir", dir.file("none")});
    EXPECT_EQ(none.exitCode, 1);
    EXPECT_NE(none.err.find("no sandbox"), std::string::npos);
}

TEST(Program, PlatformServesUntilItIsAskedToStop)
{
    const SeededSandbox sandbox(200);
    Process platform(Program,
                     {"platform", "--name", "NEW", "--database", sandbox.newFile, "--ready-file",
                      sandbox.dir.file("ready"), "--access-log", sandbox.dir.file("access")},
                     sandbox.dir.file("log"));
    const auto ready = waitReadyFile(sandbox.dir.file("ready"));
    ASSERT_TRUE(ready);
    EXPECT_EQ(ready->value("pid", 0), platform.pid());
    const TestClient client(ready->value("url", ""));
    EXPECT_EQ(client.get("/healthz").status, 200);
    EXPECT_EQ(client.get("/users/u0000001").status, 200);
    platform.signal(SIGTERM);
    EXPECT_EQ(platform.wait(std::chrono::seconds(3)), 0);
}

TEST(Program, PlatformSaysWhatItLacks)
{
    const TempDir dir;
    Process platform(Program,
                     {"platform", "--name", "NEW", "--database", dir.file("no/such.sqlite")},
                     dir.file("log"));
    EXPECT_EQ(platform.wait(), 1);
    std::ifstream in(dir.file("log"));
    const std::string log{std::istreambuf_iterator<char>(in), {}};
    EXPECT_NE(log.find("cannot open"), std::string::npos);
}

} // namespace
} // namespace crossfade
