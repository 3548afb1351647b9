// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/channelmessage.h"

#include "app/service/crypto.h"

#include <algorithm>
#include <array>
#include <optional>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 3> OccasionWords{"RAISED", "REMINDED", "TEST"};
constexpr std::size_t MostBytes = 2'000; // of a message; WeCom takes 2 048
constexpr std::size_t MostHeadline = 200;
constexpr std::size_t MostError = 500;

std::string textIn(const Json &json, const char *field)
{
    const auto found = json.find(field);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Never within a character.
std::string cutTo(std::string text, std::size_t bytes)
{
    if (text.size() <= bytes) return text;
    std::size_t end = bytes - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end) + "...";
}

// A name or a reason may hold a line break; a headline must not.
std::string onOneLine(std::string text)
{
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }, ' ');
    return text;
}

// What Slack would read as a mention or a link.
std::string slackText(const std::string &text)
{
    std::string safe;
    for (const char c : text) {
        if (c == '&') safe += "&amp;";
        else if (c == '<') safe += "&lt;";
        else if (c == '>') safe += "&gt;";
        else safe += c;
    }
    return safe;
}

std::string percentEncoded(const std::string &text)
{
    static constexpr std::string_view Hex = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (plain) encoded += c;
        else encoded += {'%', Hex[byte >> 4], Hex[byte & 0x0F]};
    }
    return encoded;
}

// DingTalk: &timestamp=MS&sign=BASE64(HMAC-SHA256(secret, "MS\nsecret")).
std::string dingTalkUrl(const Channel &channel, Instant now)
{
    if (channel.secret.empty()) return channel.url;
    const std::string at = std::to_string(toMs(now));
    const std::string sign = base64(hmacSha256(channel.secret, at + "\n" + channel.secret));
    const char joint = channel.url.find('?') == std::string::npos ? '?' : '&';
    return channel.url + joint + "timestamp=" + at + "&sign=" + percentEncoded(sign);
}

// Feishu: {"timestamp": "S", "sign": BASE64(HMAC-SHA256("S\nsecret", ""))}.
void signFeishu(const Channel &channel, Instant now, Json &body)
{
    if (channel.secret.empty()) return;
    const std::string at = std::to_string(toMs(now) / 1'000);
    body["timestamp"] = at;
    body["sign"] = base64(hmacSha256(at + "\n" + channel.secret, {}));
}

Json bodyOf(const Channel &channel, const Json &alert, Occasion occasion, Instant now)
{
    const std::string text = alertLines(alert, occasion);
    switch (channel.kind) {
    case ChannelKind::Slack: return {{"text", slackText(text)}};
    case ChannelKind::DingTalk:
    case ChannelKind::WeCom: return {{"msgtype", "text"}, {"text", {{"content", text}}}};
    case ChannelKind::Feishu: {
        Json body{{"msg_type", "text"}, {"content", {{"text", text}}}};
        signFeishu(channel, now, body);
        return body;
    }
    case ChannelKind::Webhook:
    case ChannelKind::Email: break;
    }
    return {{"occasion", occasionWord(occasion)}, {"text", text}, {"alert", alert}};
}

bool isTaken(const FetchAnswer &answer)
{
    return answer.status >= 200 && answer.status <= 299;
}

// Those that answer 200 whatever came of it.
bool saysWithin(ChannelKind kind)
{
    return kind == ChannelKind::DingTalk || kind == ChannelKind::WeCom || kind == ChannelKind::Feishu;
}

// What such an answer says, 0 where it was taken; nothing if it is no answer of theirs.
std::optional<std::int64_t> codeWithin(ChannelKind kind, const Json &body)
{
    if (!saysWithin(kind) || !body.is_object()) return std::nullopt;
    auto found = body.find(kind == ChannelKind::Feishu ? "code" : "errcode");
    if (found == body.end() && kind == ChannelKind::Feishu) found = body.find("StatusCode"); // its old bots
    if (found == body.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<std::int64_t>();
}

// Only what each of them documents to say of its settings: too many messages (DingTalk 130101, WeCom 45009, Feishu
// 11232) and whatever else it may say can pass.
bool isForGood(ChannelKind kind, std::int64_t code)
{
    switch (kind) {
    case ChannelKind::DingTalk: // no such token, by either name; keyword, signature or sender's address
        return code == 300'001 || code == 300'005 || code == 310'000;
    case ChannelKind::WeCom: // the address names no robot
        return code == 93'000;
    case ChannelKind::Feishu: // no such token; signature; sender's address; keyword
        return code == 19'001 || code == 19'021 || code == 19'022 || code == 19'024;
    case ChannelKind::Webhook:
    case ChannelKind::Slack:
    case ChannelKind::Email: break;
    }
    return false;
}

} // namespace

std::string_view occasionWord(Occasion occasion)
{
    return OccasionWords[static_cast<std::size_t>(occasion)];
}

Occasion occasionFromWord(std::string_view word)
{
    const auto found = std::ranges::find(OccasionWords, word);
    return found == OccasionWords.end() ? Occasion::Raised : static_cast<Occasion>(found - OccasionWords.begin());
}

Json testAlert(const Channel &channel, const std::string &id, Instant now)
{
    const std::string at = formatInstant(now);
    return {{"id", id},
            {"type", "CHANNEL_TEST"},
            {"severity", "LOW"},
            {"message", "this tries the channel " + channel.name + "; nothing is wrong"},
            {"details", Json::object()},
            {"subject_type", "channel"},
            {"subject_id", channel.id},
            {"raised_at", at},
            {"last_raised_at", at},
            {"count", 1},
            {"acknowledged_by", Json()},
            {"acknowledged_at", Json()}};
}

std::string alertHeadline(const Json &alert, Occasion occasion)
{
    std::string type = textIn(alert, "type");
    std::ranges::replace(type, '_', ' ');
    const std::string prefix = occasion == Occasion::Reminded ? "still open: " : "";
    return cutTo(onOneLine("[" + textIn(alert, "severity") + "] " + prefix + type + ": " + textIn(alert, "message")),
                 MostHeadline);
}

std::string alertLines(const Json &alert, Occasion occasion)
{
    std::string type = textIn(alert, "type");
    std::ranges::replace(type, '_', ' ');
    const std::string prefix = occasion == Occasion::Reminded ? "still open: " : "";
    std::string when = "raised " + textIn(alert, "raised_at");
    const auto count = alert.find("count");
    if (count != alert.end() && count->is_number_integer() && *count > 1)
        when += ", last " + textIn(alert, "last_raised_at") + ", " + std::to_string(count->get<std::int64_t>()) + " times";
    const std::string head = "[" + textIn(alert, "severity") + "] " + prefix + type;
    const std::string tail = "\n" + when + "\nCrossfade, alert " + textIn(alert, "id");
    return head + "\n" + cutTo(textIn(alert, "message"), MostBytes - head.size() - tail.size() - 1) + tail;
}

FetchRequest webhookRequest(const Channel &channel, const Json &alert, Occasion occasion, Instant now)
{
    FetchRequest request;
    request.method = "POST";
    request.url = channel.kind == ChannelKind::DingTalk ? dingTalkUrl(channel, now) : channel.url;
    request.headers = {{"Content-Type", "application/json; charset=utf-8"}, {"User-Agent", "crossfade-router"}};
    request.body = dumpJson(bodyOf(channel, alert, occasion, now));
    if (channel.kind == ChannelKind::Webhook) request.bearer = channel.secret;
    request.timeout = std::chrono::seconds(10);
    request.maxAnswerBytes = 64 << 10;
    return request;
}

std::string refusalOf(const Channel &channel, const FetchAnswer &answer)
{
    if (!isTaken(answer)) return "answered " + std::to_string(answer.status);
    if (!saysWithin(channel.kind)) return {};
    const Json body = parseJson(answer.body).value_or(Json());
    const auto code = codeWithin(channel.kind, body);
    if (!code) return "answered something that is not its own";
    if (*code == 0) return {};
    std::string why = textIn(body, channel.kind == ChannelKind::Feishu ? "msg" : "errmsg");
    return "refused it with " + std::to_string(*code) + (why.empty() ? "" : ": " + cutTo(onOneLine(why), 300));
}

bool refusesForGood(const Channel &channel, const FetchAnswer &answer)
{
    constexpr int RequestTimeout = 408;
    constexpr int TooEarly = 425;
    constexpr int TooMany = 429;
    const int status = answer.status;
    if (isTaken(answer)) {
        const auto code = codeWithin(channel.kind, parseJson(answer.body).value_or(Json()));
        return code && isForGood(channel.kind, *code);
    }
    return status >= 400 && status <= 499 && status != RequestTimeout && status != TooEarly && status != TooMany;
}

std::string recordedError(const std::string &error)
{
    const auto clean = parseJson(dumpJson(Json(error))); // what is no UTF-8 is replaced
    return cutTo(onOneLine(clean && clean->is_string() ? clean->get<std::string>() : std::string()), MostError);
}

std::string missedText(const std::vector<std::string> &refused)
{
    std::string text;
    for (const std::string &one : refused)
        text += (text.empty() ? "not taken for " : "; ") + one;
    return text;
}

Mail mailOf(const Channel &channel, const Json &alert, Occasion occasion, const std::string &id, Instant now)
{
    return {channel.from, channel.to, alertHeadline(alert, occasion), alertLines(alert, occasion) + "\n", id, now};
}

std::optional<Seconds> nextAttemptAfter(std::int64_t attempts, bool refusedForGood)
{
    constexpr std::int64_t Most = 20;
    constexpr std::int64_t MostRefused = 5;
    if (attempts >= (refusedForGood ? MostRefused : Most)) return std::nullopt;
    const std::int64_t doubled = std::int64_t{1} << std::min<std::int64_t>(attempts, 10);
    return Seconds(std::min<std::int64_t>(doubled, 600));
}

} // namespace crossfade
