// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/control.h"

#include "app/service/crypto.h"
#include "app/service/fetch.h"

namespace crossfade {

namespace {

constexpr std::string_view Base = "/api/v1/sandbox/";
constexpr std::int64_t MaxPlanted = 20'000;

Result<Json> bodyOf(const SandboxRequest &request)
{
    Result<Json> body =
        request.body.empty() ? Result<Json>(Json::object()) : parseJson(request.body);
    if (body && !body->is_object()) return invalid("", "must be an object");
    return body;
}

} // namespace

SandboxReply SandboxControl::answer(const SandboxRequest &request)
{
    if (!request.path.starts_with(Base)) return SandboxReply::problem(404, "no such page");
    if (!equalSecrets(request.bearer, m_parts.token))
        return SandboxReply::problem(401, "the sandbox's token is needed");
    const std::string page = request.path.substr(Base.size());
    const bool reads = request.method == "GET";
    const bool puts = request.method == "PUT";
    const bool posts = request.method == "POST";
    if (page == "load" && (reads || puts)) return load(request);
    if ((page == "faults/LEGACY" || page == "faults/NEW") && (reads || puts))
        return faults(request, page.substr(7));
    if (page == "plant" && posts) return plant(request);
    if (page == "restart" && posts) return restart(request);
    if (page == "status" && reads) return status();
    return SandboxReply::problem(404, "no such page");
}

Json SandboxControl::loadJson() const
{
    const LoadSettings settings = m_parts.load->settings();
    return {{"rate", settings.rate}, {"users", settings.users}};
}

SandboxReply SandboxControl::load(const SandboxRequest &request)
{
    if (request.method == "PUT") {
        const Result<Json> body = bodyOf(request);
        if (!body) return SandboxReply::of(body.error());
        LoadSettings settings = m_parts.load->settings();
        JsonReader in(*body);
        settings.rate = in.optionalNumber("rate", {0, 2'000}).value_or(settings.rate);
        settings.users = in.optionalInteger("users", 1, 1'000'000).value_or(settings.users);
        if (const auto error = in.finish()) return SandboxReply::of(*error);
        m_parts.load->set(settings);
    }
    return SandboxReply::json(loadJson());
}

Result<Json> SandboxControl::askPlatform(const std::string &platform, const std::string &method,
                                         const Json &body)
{
    FetchRequest request;
    request.method = method;
    request.url = m_parts.url(platform) + "/faults";
    request.bearer = m_parts.platformToken;
    request.timeout = std::chrono::milliseconds(2'000);
    if (!body.is_null()) request.body = dumpJson(body);
    Result<Json> answer = fetchJson(request);
    if (answer) return answer;
    const bool silent =
        answer.error().kind == ErrorKind::Timeout || answer.error().kind == ErrorKind::Network;
    if (silent) return fail(ErrorKind::Unavailable, platform + " does not answer");
    return answer;
}

SandboxReply SandboxControl::faults(const SandboxRequest &request, const std::string &platform)
{
    Json wanted;
    if (request.method == "PUT") {
        const Result<Json> body = bodyOf(request);
        if (!body) return SandboxReply::of(body.error());
        wanted = *body;
    }
    const Result<Json> answer = askPlatform(platform, request.method, wanted);
    return answer ? SandboxReply::json(*answer) : SandboxReply::of(answer.error());
}

SandboxReply SandboxControl::plant(const SandboxRequest &request)
{
    const Result<Json> body = bodyOf(request);
    if (!body) return SandboxReply::of(body.error());
    JsonReader in(*body);
    const std::int64_t count = in.integer("count", 1, MaxPlanted);
    const auto seed = in.optionalInteger("seed", 0, std::int64_t{1} << 53).value_or(1);
    std::vector<PlantKind> kinds;
    for (const std::string &word : in.optionalTexts("kinds", PlantKindCount, 30)) {
        if (const auto kind = plantKindFromWord(word))
            kinds.push_back(*kind);
        else
            in.reject("kinds", "there is no kind " + word);
    }
    if (const auto error = in.finish()) return SandboxReply::of(*error);

    const std::lock_guard lock(m_planting);
    const auto planted = m_parts.planter->plant(count, kinds, static_cast<std::uint64_t>(seed));
    if (!planted) return SandboxReply::of(planted.error());
    Json list = Json::array();
    for (const Planted &one : *planted)
        list.push_back(plantedJson(one));
    return SandboxReply::json({{"planted", std::move(list)}});
}

SandboxReply SandboxControl::restart(const SandboxRequest &request)
{
    const Result<Json> body = bodyOf(request);
    if (!body) return SandboxReply::of(body.error());
    JsonReader in(*body);
    const std::vector<std::string_view> names{"LEGACY", "NEW", "router", "comparator"};
    const std::size_t name = in.word("process", names);
    const std::string killPoint = in.optionalText("kill_point", 100).value_or("");
    if (const auto error = in.finish()) return SandboxReply::of(*error);
    const Result<void> restarted = m_parts.restart(std::string(names[name]), killPoint);
    if (!restarted) return SandboxReply::of(restarted.error());
    return SandboxReply::json({{"processes", m_parts.processes()}});
}

SandboxReply SandboxControl::status()
{
    Json faults = Json::object();
    for (const char *platform : {"LEGACY", "NEW"}) {
        const Result<Json> asked = askPlatform(platform, "GET", {});
        faults[platform] = asked ? *asked : Json(); // null: it does not answer
    }
    const LoadCounts counts = m_parts.load->counts();
    return SandboxReply::json({{"load", loadJson()},
                               {"requests",
                                {{"drawn", counts.drawn},
                                 {"undecided", counts.undecided},
                                 {"to_new", counts.toNew},
                                 {"to_legacy", counts.toLegacy},
                                 {"failed", counts.failed},
                                 {"timed_out", counts.timedOut},
                                 {"in_flight", counts.inFlight}}},
                               {"observations",
                                {{"reported", counts.reported},
                                 {"refused", counts.refused},
                                 {"dropped", counts.dropped}}},
                               {"faults", std::move(faults)},
                               {"rows_rewritten", m_parts.rewritten()},
                               {"processes", m_parts.processes()}});
}

} // namespace crossfade
