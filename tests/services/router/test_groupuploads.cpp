// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Lists of members on their way in: read while they arrive, told how far they are, cancelled, cut off by sudden
// death.
#include "tests/services/router/groupfixture.h"
#include "tests/support/measured.h"

#include <fstream>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace crossfade {
namespace {

// A client that sends its body in its own time.
class SlowUpload {
public:
    SlowUpload(const std::string &url, const std::string &head) {
        m_socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval limit{10, 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        if (::connect(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0) send(head);
    }
    ~SlowUpload() { ::close(m_socket); }
    SlowUpload(const SlowUpload &) = delete;
    SlowUpload &operator=(const SlowUpload &) = delete;

    bool send(const std::string &bytes) {
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            const auto count = ::send(m_socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) return false;
            sent += static_cast<std::size_t>(count);
        }
        return true;
    }
    // What comes until the other side ends, or the time.
    std::string answer() {
        std::string text;
        char buffer[4096];
        for (auto count = ::recv(m_socket, buffer, sizeof buffer, 0); count > 0;
             count = ::recv(m_socket, buffer, sizeof buffer, 0))
            text.append(buffer, static_cast<std::size_t>(count));
        return text;
    }

private:
    int m_socket = -1;
};

class GroupUploads : public GroupTest {
protected:
    std::string headOf(const std::string &id, std::size_t bytes) {
        return "PUT " + path(id, "/members") + " HTTP/1.1\r\nHost: router\r\nAuthorization: Bearer " +
               router.token("operator") + "\r\nIf-Match: \"1\"\r\nContent-Type: text/plain\r\nContent-Length: " +
               std::to_string(bytes) + "\r\n\r\n";
    }
    Json progress(const std::string &id) { return router.get(path(id, "/members/progress")); }
    // VmHWM of the router, in MiB.
    long mostMemory() {
        std::ifstream ready(router.file("ready.json"));
        const std::string text((std::istreambuf_iterator<char>(ready)), std::istreambuf_iterator<char>());
        const auto json = parseJson(text);
        EXPECT_TRUE(json.has_value()) << text;
        std::ifstream status("/proc/" + (json ? dumpJson(json->at("pid")) : std::string("self")) + "/status");
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("VmHWM:")) return std::stol(line.substr(6)) / 1024;
        }
        return -1;
    }
    static std::string manyIds(int count) {
        std::string text;
        for (int i = 0; i < count; ++i)
            text += "member-" + std::to_string(1'000'000 + i) + "\n";
        return text;
    }
};

} // namespace

TEST_F(GroupUploads, aLargeBodyIsNeverInMemoryAsAWhole) {
    router.stop();
    ASSERT_TRUE(router.start({}, measuredEnvironment())) << router.log();
    const std::string id = createGroup("stores");
    // A thousand users under sixty megabytes of what is not asked for.
    std::string body = "user_id,note\r\n";
    for (int i = 0; i < 1'000; ++i)
        body += "user-" + std::to_string(1'000 + i) + "," + std::string(60'000, 'x') + "\r\n";
    [[maybe_unused]] const long before = mostMemory();
    const TestAnswer answer = router.send({"PUT", path(id, "/members"), {}, "1", "operator"}, body, "text/csv");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json.at("group").at("size"), 1'000);
#if !defined(__SANITIZE_THREAD__) // which has memory of its own for all of ours
    EXPECT_LT(mostMemory() - before, 30) << "the body has 57 MiB";
#endif
}

TEST_F(GroupUploads, howFarItIsIsToldAndItCanBeCancelled) {
    const std::string id = createGroup("stores");
    const std::string other = createGroup("others");
    EXPECT_EQ(progress(id).at("running"), false);
    const std::string ids = manyIds(50'000);
    {
        SlowUpload slow(router.url(), headOf(id, ids.size()));
        ASSERT_TRUE(slow.send(ids.substr(0, 200'000)));
        ASSERT_TRUE(waitFor([&] { return progress(id).at("lines").is_number() && progress(id).at("lines") > 1'000; }));
        const Json far = progress(id);
        EXPECT_EQ(far.at("source"), "UPLOAD");
        EXPECT_EQ(far.at("phase"), "READING");
        EXPECT_EQ(far.at("total_bytes"), ids.size());
        EXPECT_GE(far.at("bytes").get<std::size_t>(), 65'536U);
        EXPECT_EQ(far.at("started_by"), "operator-1");
        EXPECT_EQ(progress(other).at("running"), false);
        // One at a time, as each takes the room of its ids.
        EXPECT_EQ(upload(other, {"ann"}).status, 409);
        EXPECT_EQ(act(other, "members/cancel").status, 409);
        const TestAnswer cancelled = act(id, "members/cancel");
        ASSERT_EQ(cancelled.status, 200) << cancelled.body;
        EXPECT_EQ(cancelled.json.at("running"), true);
        slow.send(ids.substr(200'000));
        const std::string answer = slow.answer();
        EXPECT_NE(answer.find("409"), std::string::npos) << answer;
        EXPECT_NE(answer.find("cancelled"), std::string::npos) << answer;
    }
    EXPECT_EQ(progress(id).at("running"), false);
    EXPECT_EQ(group(id).at("size"), 0);
    // One that goes away in the middle leaves nothing, and nothing in the way.
    {
        SlowUpload gone(router.url(), headOf(other, ids.size()));
        ASSERT_TRUE(gone.send(ids.substr(0, 200'000)));
        ASSERT_TRUE(waitFor([&] { return progress(other).at("running") == true; }));
    }
    ASSERT_TRUE(waitFor([&] { return progress(other).at("running") == false; }));
    EXPECT_EQ(upload(other, {"ann"}).status, 200);
}

TEST_F(GroupUploads, aBodyOfChunksIsTakenToo) {
    const std::string id = createGroup("stores");
    std::string head = headOf(id, 0);
    head.replace(head.find("Content-Length: 0"), 17, "Transfer-Encoding: chunked\r\nConnection: close");
    SlowUpload chunks(router.url(), head);
    ASSERT_TRUE(chunks.send("9\r\nann\nbob\nc\r\n"));
    ASSERT_TRUE(chunks.send("3\r\nid\n\r\n0\r\n\r\n"));
    const std::string answer = chunks.answer();
    EXPECT_NE(answer.find("200 OK"), std::string::npos) << answer;
    EXPECT_EQ(group(id).at("size"), 3);
    // And one without anything: nobody is left.
    SlowUpload nothing(router.url(), [&] {
        std::string bare = headOf(id, 0);
        bare.replace(bare.find("\"1\""), 3, "\"2\"");
        return bare.replace(bare.find("Content-Length: 0"), 17, "Content-Length: 0\r\nConnection: close");
    }());
    EXPECT_NE(nothing.answer().find("200 OK"), std::string::npos);
    EXPECT_EQ(group(id).at("size"), 0);
}

TEST_F(GroupUploads, mistakesAreNamedByTheirLinesAndTheOldListStays) {
    const std::string id = createGroup("stores");
    ASSERT_EQ(upload(id, {"ann", "bob"}).status, 200);
    const TestAnswer refused =
        router.send({"PUT", path(id, "/members"), {}, "2", "operator"}, "cid\n\n<b>x</b>\ndan\nno id\n", "text/plain");
    EXPECT_EQ(refused.status, 422) << refused.body;
    ASSERT_EQ(refused.json.at("errors").size(), 2U);
    EXPECT_EQ(refused.json.at("errors").at(0).at("pointer"), "/lines/3");
    EXPECT_EQ(refused.json.at("errors").at(1).at("pointer"), "/lines/5");
    EXPECT_EQ(group(id).at("size"), 2);
    // Said before the rest is read: of a stale version, of a group there is none of.
    const std::string large = manyIds(200'000);
    EXPECT_EQ(router.send({"PUT", path(id, "/members"), {}, "1", "operator"}, large, "text/plain").status, 412);
    EXPECT_EQ(router.send({"PUT", path("none", "/members"), {}, "1", "operator"}, large, "text/plain").status, 404);
}

TEST_F(GroupUploads, whatSuddenDeathLeavesOfAListIsRemoved) {
    const std::string id = createGroup("stores");
    ASSERT_EQ(upload(id, {"ann", "bob"}).status, 200);
    router.token("operator");
    router.kill();
    ASSERT_TRUE(router.start({}, {"CROSSFADE_KILL_POINT=members.after-part:2"})) << router.log();
    TestClient(router.url(), router.token("operator"))
        .send("PUT", path(id, "/members"), manyIds(200'000),
              {{"Content-Type", "text/plain"}, {"If-Match", "\"2\""}});
    ASSERT_TRUE(waitFor([&] { return TestClient(router.url()).get("/healthz").status == 0; }));
    router.kill();
    const auto rows = [&](const char *table) {
        const auto found = router.store()->query(std::string("SELECT count(*) FROM ") + table);
        return found ? found->front().integer(0) : -1;
    };
    EXPECT_EQ(rows("group_part"), 3) << "the old list and two blocks of the new one";
    EXPECT_EQ(rows("group_list_begun"), 1);
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(rows("group_part"), 1);
    EXPECT_EQ(rows("group_list_begun"), 0);
    EXPECT_EQ(group(id).at("size"), 2);
    ASSERT_EQ(act(id, "shift").status, 200);
    EXPECT_EQ(decide("ann").at("group_id"), id);
}

} // namespace crossfade
