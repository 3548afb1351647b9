// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/channel.h"

#include "models/core/ids.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

const std::vector<std::string_view> KindWords{"WEBHOOK", "SLACK", "DINGTALK", "WECOM", "FEISHU", "EMAIL"};
const std::vector<std::string_view> SeverityWords{"LOW", "MEDIUM", "HIGH"};
const std::vector<std::string_view> SecurityWords{"NONE", "STARTTLS", "TLS"};

constexpr std::size_t LongestUrl = 2'000;
constexpr std::size_t LongestSecret = 500;
constexpr std::size_t MostRecipients = 20;
constexpr std::size_t MostTypes = 50;

bool isHttpUrl(const std::string &url)
{
    const bool http = url.starts_with("http://") || url.starts_with("https://");
    const std::size_t host = url.find("//") + 2;
    return http && host < url.size() && url[host] != '/' &&
           std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7F'; });
}

std::string originOf(const std::string &url)
{
    const std::size_t host = url.find("//");
    if (host == std::string::npos) return {};
    const std::string origin = url.substr(0, url.find_first_of("/?#", host + 2));
    const std::size_t at = origin.rfind('@'); // user:password@host
    return at == std::string::npos ? origin : origin.substr(0, host + 2) + origin.substr(at + 1);
}

bool isServer(const std::string &text)
{
    const std::size_t colon = text.rfind(':');
    const bool hasPort = colon != std::string::npos && text.find(']', colon) == std::string::npos;
    const std::string host = hasPort ? text.substr(0, colon) : text;
    const std::string port = hasPort ? text.substr(colon + 1) : "25";
    const auto isPartOfHost = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view(".-[]:").find(c) != std::string_view::npos;
    };
    const bool isNumber = !port.empty() && port.size() <= 5 &&
                          std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
    return !host.empty() && std::ranges::all_of(host, isPartOfHost) && isNumber && std::stoi(port) >= 1 &&
           std::stoi(port) <= 65'535;
}

void rejectItem(JsonReader &in, const char *list, std::size_t index, const char *message)
{
    static const Json Nothing = Json::object();
    JsonReader(Nothing, in.pointerTo(list) + "/" + std::to_string(index), in).reject("", message);
}

// A field of the other kinds is a slip: it would be stored and never used.
void refuse(JsonReader &in, std::initializer_list<const char *> fields)
{
    for (const char *field : fields) {
        if (in.has(field)) in.reject(field, "does not exist for this kind of channel");
        in.ignore(field);
    }
}

void readAddress(JsonReader &in, const Channel *before, Channel &channel)
{
    refuse(in, {"server", "tls", "user", "from", "to"});
    const auto url = in.optionalText("url", LongestUrl);
    if (url && !isHttpUrl(*url)) in.reject("url", "must be an http or https URL");
    if (!url && !before && !in.has("url")) in.reject("url", "is required");
    channel.url = url ? *url : before ? before->url : std::string();
}

void readMail(JsonReader &in, Channel &channel)
{
    refuse(in, {"url"});
    channel.server = in.text("server", 255, 1);
    if (!channel.server.empty() && !isServer(channel.server)) in.reject("server", "must be a host, or host:port");
    channel.security = static_cast<MailSecurity>(in.optionalWord("tls", SecurityWords).value_or(1));
    channel.user = in.optionalText("user", 200).value_or("");
    channel.from = in.text("from", 254, 1);
    if (!channel.from.empty() && !isMailAddress(channel.from)) in.reject("from", "must be a mail address");
    channel.to = in.optionalTexts("to", MostRecipients, 254);
    if (channel.to.empty()) in.reject("to", "must name at least one address");
    for (std::size_t i = 0; i < channel.to.size(); ++i)
        if (!isMailAddress(channel.to[i])) rejectItem(in, "to", i, "must be a mail address");
}

// Types that were called otherwise when a channel was set up for them.
std::string_view renamed(std::string_view type)
{
    if (type == "CHECK_FAILED") return "DATA_CONSISTENCY_CHECK_FAILED";
    if (type == "CONSISTENCY_BELOW_THRESHOLD") return "DATA_INCONSISTENCY";
    return type;
}

} // namespace

std::string_view channelKindWord(ChannelKind kind)
{
    return KindWords[static_cast<std::size_t>(kind)];
}

std::string_view severityWord(Severity severity)
{
    return SeverityWords[static_cast<std::size_t>(severity)];
}

Severity severityFromWord(std::string_view word)
{
    const auto found = std::ranges::find(SeverityWords, word);
    return found == SeverityWords.end() ? Severity::High : static_cast<Severity>(found - SeverityWords.begin());
}

Channel readChannel(JsonReader &in, const Channel *before)
{
    Channel channel;
    channel.name = in.name("name", 100);
    channel.kind = static_cast<ChannelKind>(in.word("kind", KindWords));
    if (before && channel.kind != before->kind) in.reject("kind", "is fixed once the channel was made");
    if (channel.kind == ChannelKind::Email)
        readMail(in, channel);
    else
        readAddress(in, before, channel);
    const auto secret = in.optionalText("secret", LongestSecret);
    channel.secret = secret ? *secret : before ? before->secret : std::string();
    channel.minSeverity = static_cast<Severity>(in.optionalWord("min_severity", SeverityWords).value_or(0));
    channel.types = in.optionalTexts("types", MostTypes, 100);
    for (std::size_t i = 0; i < channel.types.size(); ++i)
        if (!isValidId(channel.types[i])) rejectItem(in, "types", i, "must be a type of alert");
    channel.active = in.optionalBoolean("active").value_or(true);
    return channel;
}

Json channelToJson(const Channel &channel)
{
    const bool mail = channel.kind == ChannelKind::Email;
    Json json{{"id", channel.id},
              {"name", channel.name},
              {"kind", channelKindWord(channel.kind)},
              {"address", mail ? Json() : Json(originOf(channel.url))},
              {"has_secret", !channel.secret.empty()},
              {"min_severity", severityWord(channel.minSeverity)},
              {"types", channel.types},
              {"active", channel.active}};
    json["server"] = mail ? Json(channel.server) : Json();
    json["tls"] = mail ? Json(SecurityWords[static_cast<std::size_t>(channel.security)]) : Json();
    json["user"] = mail ? Json(channel.user) : Json();
    json["from"] = mail ? Json(channel.from) : Json();
    json["to"] = mail ? Json(channel.to) : Json();
    json["created_at"] = formatInstant(channel.createdAt);
    json["updated_at"] = formatInstant(channel.updatedAt);
    json["changed_by"] = channel.changedBy;
    json["version"] = channel.version;
    return json;
}

bool isNamed(const Channel &channel, const Json &alert)
{
    const auto details = alert.find("details");
    if (!channel.active || details == alert.end() || !details->is_object()) return false;
    const auto named = details->find("notification_channels");
    return named != details->end() && named->is_array() && std::ranges::any_of(*named, [&](const Json &one) {
               return one == channel.id || one == channel.name;
           });
}

bool wants(const Channel &channel, const Json &alert)
{
    const auto word = [&](const char *field) {
        const auto found = alert.find(field);
        return found != alert.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (!channel.active || severityFromWord(word("severity")) < channel.minSeverity) return false;
    if (word("subject_type") == "channel" && word("subject_id") == channel.id) return false;
    return channel.types.empty() || std::ranges::any_of(channel.types, [type = word("type")](const std::string &one) {
               return one == type || renamed(one) == type;
           });
}

} // namespace crossfade
