// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/channelssession.h"

#include <QDialog>

class QVBoxLayout;

namespace crossfade {

class Button;
class FactList;
class Pane;
class StaleChip;
class StateView;
class TableView;
class TextLabel;
enum class Ink;

// Where alerts are told beside the console: the channels, what is known of the chosen one, and what came
// of telling it.
class ChannelsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ChannelsDialog(ChannelsSession *session, QWidget *parent = nullptr);
    ~ChannelsDialog() override;

    void reject() override; // not while an order of it is on its way

private:
    void buildHead(QVBoxLayout *column);
    Pane *buildList();
    Pane *buildDetail();
    Pane *buildDeliveries();
    void buildFoot(QVBoxLayout *column);
    void connectSession();

    void sync();
    void syncList();
    void syncFacts();
    void syncButtons();
    void syncDeliveries();
    void keepSelected();
    void select(const std::string &id);
    std::string selectedId() const;
    const ChannelRow *selected() const;
    QString nameOf(const std::string &id) const;

    void openEditor(bool anew);
    void askDelete();
    void remove(const ChannelRow &row);
    void sendTest();
    void showTested(const std::string &id, const DeliveryRow &delivery);
    void say(const QString &text, Ink ink);

    ChannelsSession *m_session;
    std::string m_wanted; // to be chosen once it is in the list
    StaleChip *m_stale = nullptr;
    TableView *m_table = nullptr;
    StateView *m_state = nullptr;
    Pane *m_detail = nullptr;
    FactList *m_facts = nullptr;
    TextLabel *m_nothing = nullptr;
    TableView *m_deliveries = nullptr;
    StateView *m_deliveriesState = nullptr;
    Pane *m_deliveriesPane = nullptr;
    Button *m_add = nullptr;
    Button *m_edit = nullptr;
    Button *m_delete = nullptr;
    Button *m_test = nullptr;
    TextLabel *m_note = nullptr;
    bool m_removing = false;
};

} // namespace crossfade
