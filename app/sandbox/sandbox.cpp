// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/sandbox.h"

#include "app/sandbox/api.h"
#include "app/sandbox/files.h"
#include "app/service/crypto.h"

#include <filesystem>
#include <future>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace crossfade {

namespace {

constexpr const char *PasswordVariable = "CROSSFADE_SANDBOX_PGPASSWORD";

Json readIfThere(const std::string &file)
{
    const Result<std::string> text = readTextFile(file);
    if (!text) return {};
    const Result<Json> json = parseJson(*text);
    return json && json->is_object() ? *json : Json();
}

std::string urlOf(const Json &ready, const char *name)
{
    return ready.is_object() && ready.contains(name) ? textOf(ready.at(name), "url")
                                                     : std::string();
}

// An address that nobody listens at now, for one that another must know before it is there.
std::string freeAddress()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *plain = reinterpret_cast<sockaddr *>(&address);
    const bool bound = socket >= 0 && ::bind(socket, plain, size) == 0 && ::getsockname(socket, plain, &size) == 0;
    if (socket >= 0) ::close(socket);
    return bound ? "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) : std::string();
}

Json tokensJson(const SandboxTokens &tokens)
{
    return {{"admin", tokens.admin},
            {"operator", tokens.operator_},
            {"approver", tokens.approver},
            {"viewer", tokens.viewer}};
}

} // namespace

Sandbox::Sandbox(UpOptions options, MainLoop &loop)
    : m_options(std::move(options))
    , m_loop(loop)
    , m_before(readIfThere(sandboxFile(m_options.dir)))
    , m_databases(databasesIn(m_options.dir, m_options.postgres))
    , m_platformToken(base64Url(randomBytes(24)))
    , m_members(loop)
{
    // A console keeps its profile of this sandbox: the control's token lives on, too.
    if (m_before.is_object() && m_before.contains("control"))
        m_controlToken = textOf(m_before.at("control"), "token");
    if (m_controlToken.empty()) m_controlToken = base64Url(randomBytes(24));
}

Sandbox::~Sandbox()
{
    m_server.reset();
    m_control.reset();
    m_load.reset();
    m_writer.reset();
    m_members.stopAll();
}

Result<void> Sandbox::start()
{
    Result<Samples> samples = loadSamples(sandboxResources() + "/samples");
    if (!samples) return fail(samples.error());
    m_samples = std::move(*samples);
    m_people = std::make_unique<People>(m_samples, m_options.seed);
    const auto users = prepareDatabases(m_databases, *m_people, m_options.users);
    if (!users) return fail(users.error());
    m_options.users = *users; // what is there counts

    for (const auto step : {&Sandbox::startPlatforms, &Sandbox::startServices, &Sandbox::configure,
                            &Sandbox::startLoad, &Sandbox::startControl}) {
        if (const Result<void> done = (this->*step)(); !done) return done;
        if (m_loop.stopAsked()) return fail(ErrorKind::Cancelled, "stopped while starting");
    }
    return {};
}

std::string Sandbox::programBeside(const std::string &name) const
{
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return (self.parent_path() / name).string();
}

Member Sandbox::platformMember(const std::string &name, const std::string &file)
{
    Member member;
    member.command.program = programBeside("crossfade-sandbox");
    member.command.arguments = {"platform", "--name", name, "--access-log",
                                path(file + ".access.log")};
    // Secrets go by the environment: arguments are everybody's to read.
    member.command.environment = {"CROSSFADE_SANDBOX_DATABASE=" + (name == "NEW"
                                                                       ? m_databases.newPlatform
                                                                       : m_databases.legacy),
                                  "CROSSFADE_SANDBOX_CONTROL=" + m_platformToken};
    member.command.logFile = path(file + ".log");
    member.readyFile = path(file + ".ready");
    member.url = urlOf(m_before, file.c_str());
    return member;
}

Result<void> Sandbox::startPlatforms()
{
    if (const auto started = m_members.start("LEGACY", platformMember("LEGACY", "legacy"));
        !started)
        return started;
    return m_members.start("NEW", platformMember("NEW", "new"));
}

Member Sandbox::serviceMember(const std::string &name)
{
    Member member;
    member.command.program = programBeside("crossfade-" + name);
    member.command.arguments = {"serve", "--data", path(name)};
    // For its consistency gates and metrics.
    if (name == "router")
        member.command.arguments.insert(member.command.arguments.end(),
                                        {"--comparator", m_members.url("comparator"),
                                         "--comparator-token-file", path("comparator.viewer")});
    else // Tells the router who is to be held, how consistent the platforms are, and LEGACY's keys.
        member.command.arguments.insert(member.command.arguments.end(),
                                        {"--router", m_routerUrl, "--router-token-file",
                                         path("router.service"), "--key-index", "USER"});
    if (name == "comparator" && !m_databases.newPassword.empty())
        member.command.environment = {std::string(PasswordVariable) + "=" +
                                      m_databases.newPassword};
    member.command.logFile = path(name + ".log");
    member.readyFile = path(name + ".ready");
    member.url = name == "router" ? m_routerUrl : urlOf(m_before, name.c_str());
    return member;
}

Result<void> Sandbox::startServices()
{
    const auto tokensOf = [this](const std::string &name) {
        return serviceTokens(m_loop, programBeside("crossfade-" + name), path(name),
                             path(name + ".tokens"), path(name + ".log"));
    };
    const auto routerTokens = tokensOf("router");
    if (!routerTokens) return fail(routerTokens.error());
    const auto comparatorTokens = tokensOf("comparator");
    if (!comparatorTokens) return fail(comparatorTokens.error());
    m_routerTokens = *routerTokens;
    m_comparatorTokens = *comparatorTokens;
    const auto service = writePrivateFile(path("router.service"), m_routerTokens.service);
    if (!service) return service;
    // Each must know where the other one is.
    m_routerUrl = urlOf(m_before, "router");
    if (m_routerUrl.empty()) m_routerUrl = freeAddress();
    if (const auto started = m_members.start("comparator", serviceMember("comparator")); !started)
        return started;
    const auto written = writePrivateFile(path("comparator.viewer"), m_comparatorTokens.viewer);
    if (!written) return written;
    if (const auto started = m_members.start("router", serviceMember("router")); !started)
        return started;
    const std::string url = m_members.url("router");
    if (url == m_routerUrl) return {};
    m_members.replaceArgument("comparator", m_routerUrl, url); // something else listened there
    return m_members.restart("comparator", {});
}

Result<void> Sandbox::configure()
{
    const auto check = configureComparator(
        {m_members.url("comparator"), m_comparatorTokens, m_databases.legacy,
         m_databases.newWithoutSecret, m_databases.newPassword.empty() ? "" : PasswordVariable});
    if (!check) return fail(check.error());
    const auto policy =
        configureRouter({m_members.url("router"), m_routerTokens, m_databases.legacy,
                         m_members.url("LEGACY"), m_members.url("NEW"), m_options.rate});
    if (!policy) return fail(policy.error());
    m_policyId = *policy;
    m_checkId = *check;
    return {};
}

Result<void> Sandbox::startLoad()
{
    m_planter =
        std::make_unique<Planter>(Planter::Options{m_databases.legacy, m_databases.newPlatform,
                                                   path("planted.json"), m_options.users},
                                  m_samples, *m_people);
    RowWriter::Options writing;
    writing.legacy = m_databases.legacy;
    writing.newPlatform = m_databases.newPlatform;
    writing.users = m_options.users;
    writing.seed = m_options.seed;
    auto writer = RowWriter::start(std::move(writing));
    if (!writer) return fail(writer.error());
    m_writer = std::move(*writer);

    LoadGenerator::Options load;
    load.router = m_members.url("router");
    load.token = m_routerTokens.observer;
    load.legacy = m_members.url("LEGACY");
    load.newPlatform = m_members.url("NEW");
    load.seed = m_options.seed;
    load.knownUsers = m_options.users;
    m_load = std::make_unique<LoadGenerator>(std::move(load), *m_people,
                                             LoadSettings{m_options.rate, m_options.users});
    return {};
}

Result<void> Sandbox::restart(const std::string &process, const std::string &killPoint)
{
    auto promise = std::make_shared<std::promise<Result<void>>>();
    auto restarted = promise->get_future();
    m_loop.post([this, promise, process, killPoint] {
        promise->set_value(m_members.restart(process, killPoint));
    });
    if (restarted.wait_for(std::chrono::seconds(40)) != std::future_status::ready)
        return fail(ErrorKind::Unavailable, process + " takes too long to start");
    return restarted.get();
}

Result<void> Sandbox::startControl()
{
    SandboxControl::Parts parts;
    parts.token = m_controlToken;
    parts.platformToken = m_platformToken;
    parts.load = m_load.get();
    parts.planter = m_planter.get();
    parts.url = [this](const std::string &process) { return m_members.url(process); };
    parts.processes = [this] { return m_members.snapshot(); };
    parts.rewritten = [this] { return m_writer->written(); };
    parts.restart = [this](const std::string &process, const std::string &killPoint) {
        return restart(process, killPoint);
    };
    m_control = std::make_unique<SandboxControl>(std::move(parts));
    const auto answer = [this](const SandboxRequest &request) {
        return m_control->answer(request);
    };
    const std::string before = urlOf(m_before, "control");
    auto server = SandboxHttpServer::start(
        before.starts_with("http://") ? before.substr(7) : "127.0.0.1:0", 4, answer);
    if (!server) server = SandboxHttpServer::start("127.0.0.1:0", 4, answer);
    if (!server) return fail(server.error());
    m_server = std::move(*server);
    return {};
}

Json Sandbox::readyJson()
{
    const Json processes = m_members.snapshot();
    const auto process = [&](const char *name) {
        return Json{{"url", processes.at(name).at("url")}, {"pid", processes.at(name).at("pid")}};
    };
    Json ready{{"router", process("router")},
               {"comparator", process("comparator")},
               {"legacy", process("LEGACY")},
               {"new", process("NEW")},
               {"control", {{"url", m_server->url()}, {"token", m_controlToken}}},
               {"tokens", tokensJson(m_routerTokens)},
               {"comparator_tokens", tokensJson(m_comparatorTokens)},
               {"policy_id", m_policyId},
               {"check_id", m_checkId},
               {"directory", m_databases.legacy},
               {"dir", m_options.dir},
               {"pid", getpid()}};
    ready["legacy"]["database"] = m_databases.legacy;
    ready["new"]["database"] = m_databases.newWithoutSecret;
    ready["tokens"]["observer"] = m_routerTokens.observer;
    return ready;
}

} // namespace crossfade
