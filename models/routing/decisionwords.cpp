// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/decision.h"

#include <array>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 5> OperationWords{"read", "list", "insert", "update", "delete"};
constexpr std::array<std::string_view, 4> ModeWords{"SINGLE", "COMPARE", "DUAL_WRITE", "AGGREGATE"};
constexpr std::array<std::string_view, ReasonCount> ReasonWords{
    "MASTER_LEGACY", "MASTER_NEW",        "FORWARD_ONLY", "USER_RULE",     "SYSTEM_RULE",
    "TIME_RULE",     "NEW_DATA",          "HELD_INCONSISTENT", "ID_THRESHOLD", "NOT_IN_LEGACY",
    "GRAY_LIST",     "NOT_ON_GRAY_LIST",  "USER_GROUP",   "NO_KEY",       "PERCENTAGE",    "DEFAULT_ROUTING"};
constexpr std::array<std::string_view, AllLines.size()> LineNumbers{
    "1", "2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9", "10a", "10b", "11"};

template <class Enum, std::size_t N>
std::optional<Enum> fromWord(const std::array<std::string_view, N> &words, std::string_view word)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (words[i] == word) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

} // namespace

std::string_view operationWord(Operation operation)
{
    return OperationWords[static_cast<std::size_t>(operation)];
}

std::optional<Operation> operationFromWord(std::string_view word)
{
    return fromWord<Operation>(OperationWords, word);
}

std::string_view modeWord(Mode mode)
{
    return ModeWords[static_cast<std::size_t>(mode)];
}

std::string_view reasonWord(Reason reason)
{
    return ReasonWords[static_cast<std::size_t>(reason)];
}

std::optional<Reason> reasonFromWord(std::string_view word)
{
    return fromWord<Reason>(ReasonWords, word);
}

std::string_view lineNumber(Line line)
{
    return LineNumbers[static_cast<std::size_t>(line)];
}

} // namespace crossfade
