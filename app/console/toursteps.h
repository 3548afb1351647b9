// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/tour.h"
#include "app/console/tourclient.h"
#include "models/core/json.h"

#include <string>

namespace crossfade {

// The steps by subject; each is a TourStep's function.
void stepConnect(TourContext &tour);
void stepAskTester(TourContext &tour);
void stepAddRule(TourContext &tour);
void stepSaveRule(TourContext &tour);
void stepAskTarget(TourContext &tour);
void stepWalk(TourContext &tour);
void stepOverview(TourContext &tour);
void stepFault(TourContext &tour);
void stepEvidence(TourContext &tour);
void stepApprove(TourContext &tour);
void stepZero(TourContext &tour);
void stepPlant(TourContext &tour);
void stepRunCheck(TourContext &tour);
void stepOpenDifference(TourContext &tour);
void stepCreateRepair(TourContext &tour);
void stepApproveRepair(TourContext &tour);
void stepSeeVerified(TourContext &tour);
void stepVerifyChain(TourContext &tour);

// At the end of every step both services must answer the second client.
void confirmServices(TourContext &tour);

// The client that confirms: with the token of a viewer, never the one the console uses.
TourClient tourRouter(const TourContext &tour);
TourClient tourComparator(const TourContext &tour);
TourClient tourControl(const TourContext &tour);
// A text at a path of nested objects, empty if it is not there.
std::string textAt(const Json &json, std::initializer_list<const char *> path);

} // namespace crossfade
