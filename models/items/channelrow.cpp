// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/channelrow.h"

#include "models/core/ids.h"

#include <algorithm>
#include <string_view>

namespace crossfade {

namespace {

constexpr std::size_t LongestName = 100;
constexpr std::size_t LongestUrl = 2'000;
constexpr std::size_t LongestSecret = 500;
constexpr std::size_t LongestServer = 255;
constexpr std::size_t LongestUser = 200;
constexpr std::size_t LongestMailAddress = 254;
constexpr std::size_t MostRecipients = 20;

bool isPrintable(char c)
{
    return c > ' ' && c < '\x7F';
}

bool isWebAddress(std::string_view url)
{
    const bool http = url.starts_with("http://") || url.starts_with("https://");
    if (!http)
        return false;
    const std::size_t host = url.find("//") + 2;
    return host < url.size() && url[host] != '/' && std::ranges::all_of(url, isPrintable);
}

bool isMailbox(std::string_view text)
{
    const std::size_t at = text.find('@');
    if (text.size() > LongestMailAddress || at == 0 || at == std::string_view::npos || at + 1 == text.size())
        return false;
    return text.find('@', at + 1) == std::string_view::npos && std::ranges::all_of(text, [](char c) {
        return isPrintable(c) && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
    });
}

bool isPort(std::string_view text)
{
    int port = 0;
    if (text.empty() || text.size() > 5)
        return false;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return false;
        port = port * 10 + (c - '0');
    }
    return port >= 1 && port <= 65'535;
}

bool isHost(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view(".-[]:").find(c) != std::string_view::npos;
    });
}

bool isMailServer(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find(']', colon) != std::string_view::npos)
        return text.size() <= LongestServer && isHost(text);
    return text.size() <= LongestServer && isHost(text.substr(0, colon)) && isPort(text.substr(colon + 1));
}

// Nothing for a value that is well.
void judge(std::vector<FieldError> &problems, const char *pointer, std::string_view value, bool good,
           const char *message)
{
    if (value.empty())
        problems.push_back({pointer, "EMPTY"});
    else if (!good)
        problems.push_back({pointer, message});
}

void judgeMail(std::vector<FieldError> &problems, const ChannelInput &input)
{
    judge(problems, "/server", input.server, isMailServer(input.server), "must be a host, or host:port");
    if (input.user.size() > LongestUser)
        problems.push_back({"/user", "LONG"});
    judge(problems, "/from", input.from, isMailbox(input.from), "must be a mail address");
    const auto bad = std::ranges::find_if_not(input.to, isMailbox);
    if (input.to.empty())
        problems.push_back({"/to", "EMPTY"});
    else if (input.to.size() > MostRecipients)
        problems.push_back({"/to", "must be a list of at most 20 items"});
    else if (bad != input.to.end())
        problems.push_back({"/to/" + std::to_string(bad - input.to.begin()), "must be a mail address"});
}

} // namespace

ChannelInput inputOf(const ChannelRow &row)
{
    ChannelInput input;
    input.name = row.name;
    input.kind = row.kind;
    input.server = row.server;
    input.tls = row.tls.empty() ? input.tls : row.tls;
    input.user = row.user;
    input.from = row.from;
    input.to = row.to;
    input.minSeverity = row.minSeverity;
    input.types = row.types;
    input.active = row.active;
    return input;
}

bool hasSecretField(const std::string &kind)
{
    return kind != "SLACK" && kind != "WECOM";
}

std::vector<FieldError> channelProblems(const ChannelInput &input, bool isNew)
{
    std::vector<FieldError> problems;
    judge(problems, "/name", input.name, isValidName(input.name, LongestName), "NAME");
    if (input.isMail()) {
        judgeMail(problems, input);
    } else if (isNew || input.url) {
        const std::string url = input.url.value_or(std::string());
        judge(problems, "/url", url, url.size() <= LongestUrl && isWebAddress(url), "must be an http or https URL");
    }
    if (input.secret && input.secret->size() > LongestSecret)
        problems.push_back({"/secret", "LONG"});
    return problems;
}

std::string deliveryState(const DeliveryRow &row)
{
    return row.state == "PENDING" && row.attempts > 0 ? "RETRYING" : row.state;
}

std::string channelState(const ChannelRow &row)
{
    if (!row.active)
        return "OFF";
    return row.lastDelivery ? deliveryState(*row.lastDelivery) : "UNTRIED";
}

bool isFailing(const ChannelRow &row)
{
    const std::string state = channelState(row);
    return state == "FAILED" || state == "RETRYING";
}

} // namespace crossfade
