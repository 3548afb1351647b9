// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/repairasks.h"

#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/repairs/lateredit.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/reasondialog.h"

#include <QCoreApplication>
#include <QLineEdit>
#include <QPointer>
#include <QVBoxLayout>

#include <functional>
#include <memory>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct RepairAsks {
    Q_DECLARE_TR_FUNCTIONS(RepairAsks)
};

QString entityOf(const RepairRow &row)
{
    return toText(row.entityType).toLower() + QLatin1Char(' ') + toText(row.entityId);
}

// What is asked names the dialog, which is not made yet.
ReasonDialog *makeAsk(const ReasonDialog::Words &words, const char *name, const QString &reason,
                      std::function<void(ReasonDialog *, const QString &)> work, QWidget *parent)
{
    const auto holder = std::make_shared<QPointer<ReasonDialog>>();
    auto *dialog = new ReasonDialog(
        words,
        [holder, work = std::move(work)](const QString &why) {
            if (*holder)
                work(*holder, why);
        },
        parent);
    *holder = dialog;
    dialog->setObjectName(QString::fromLatin1(name));
    dialog->reason()->setText(reason);
    return dialog;
}

void tellFailure(ReasonDialog *dialog, const QString &what, const Error &error)
{
    dialog->fail(QStringLiteral("%1. %2").arg(notDoneText(what, error), errorText(error)));
}

QString writtenFields(const RepairRow &row)
{
    QStringList names;
    for (const std::string &field : row.repairedFields)
        names << toText(field);
    return names.isEmpty() ? QStringLiteral("–") : names.join(QStringLiteral(", "));
}

QString undoEffect(const RepairRow &row)
{
    const QString target = toText(row.targetPlatform);
    QString text;
    if (row.action == "INSERT")
        text = RepairAsks::tr("The row it inserted is deleted from %1 again.").arg(target);
    else if (row.action == "DELETE")
        text = RepairAsks::tr("The row it deleted is inserted into %1 again. Columns that are not compared get the table's defaults.").arg(target);
    else
        text = RepairAsks::tr("%1 gets back what it held before in: %2.").arg(target, writtenFields(row));
    return text + QLatin1Char(' ') +
           RepairAsks::tr("Only where %1 still holds what the repair wrote; the difference is open again afterwards.").arg(target);
}

} // namespace

QString deletionStopText(const DeletionStop &stop)
{
    return RepairAsks::tr("%1. Nothing was deleted: somebody has to confirm it first.").arg(repairText(stop.why));
}

QString repairErrorText(const std::string &error)
{
    const auto stop = deletionStop(error);
    return stop ? deletionStopText(*stop) : repairText(error);
}

QString undoText(const RepairRow &row)
{
    if (!row.undo)
        return {};
    const RepairRow::Undo &undo = *row.undo;
    if (undo.status == "REQUESTED")
        return RepairAsks::tr("%1 asked to undo it. It waits for its turn.").arg(toText(undo.requestedBy));
    if (undo.status == "EXECUTING")
        return RepairAsks::tr("It is being undone.");
    if (undo.status == "DONE")
        return RepairAsks::tr("Undone for %1. %2").arg(toText(undo.requestedBy), repairText(undo.verification)).trimmed();
    return RepairAsks::tr("It was not undone. %1").arg(repairErrorText(undo.error));
}

void askToSchedule(RepairsSession *session, const RepairRow &row, const QString &reason, QWidget *parent)
{
    auto *when = new LaterEdit;
    ReasonDialog *dialog = makeAsk(
        {RepairAsks::tr("Approve the repair of %1 for later").arg(entityOf(row)),
         RepairAsks::tr("%1 It is carried out at this time, and only if both sides still hold what was seen. Until then it can be called off.")
             .arg(repairText(row.sentence)),
         RepairAsks::tr("Approve for then"), ButtonKind::Accent, ReasonField::Need::Required},
        "scheduleDialog", reason,
        [session = QPointer<RepairsSession>(session), id = toText(row.id), when](ReasonDialog *ask, const QString &why) {
            if (!session)
                return;
            const RepairOrder order{RepairAct::Approve, why, when->instant(), {}, {}, {}};
            session->act(id, order, ask, [ask](const Result<RepairRow> &end) {
                if (end)
                    ask->succeed();
                else
                    tellFailure(ask, RepairAsks::tr("It was not approved"), end.error());
            });
        },
        parent);
    auto *field = new FormField(RepairAsks::tr("When, in your time"), when, RepairAsks::tr("within 31 days"));
    dialog->extras()->addWidget(field);
    QObject::connect(when, &QDateTimeEdit::dateTimeChanged, dialog, [dialog, when, field] {
        field->setProblem(when->problem());
        dialog->setBlocked(when->problem());
        field->setHelp(RepairAsks::tr("within 31 days · %1").arg(utcText(when->instant())));
    });
    openDialog(dialog);
}

void askToUndo(RepairsSession *session, const RepairRow &row, const QString &reason, QWidget *parent)
{
    ReasonDialog *dialog = makeAsk(
        {RepairAsks::tr("Undo the repair of %1?").arg(entityOf(row)), undoEffect(row), RepairAsks::tr("Undo the repair"),
         ButtonKind::Accent, ReasonField::Need::Required},
        "undoDialog", reason,
        [session = QPointer<RepairsSession>(session), id = toText(row.id)](ReasonDialog *ask, const QString &why) {
            if (!session)
                return;
            session->act(id, {RepairAct::Undo, why, {}, {}, {}, {}}, ask, [ask](const Result<RepairRow> &end) {
                if (end)
                    ask->succeed();
                else
                    tellFailure(ask, RepairAsks::tr("The undo was not asked for"), end.error());
            });
        },
        parent);
    openDialog(dialog);
}

void askToDelete(RepairsSession *session, const RepairRow &row, const DeletionStop &stop, const QString &reason,
                 QWidget *parent)
{
    const auto open = std::make_shared<std::int64_t>(stop.open);
    auto *typed = new QLineEdit;
    typed->setObjectName(QStringLiteral("confirmCount"));
    typed->setMaxLength(10);
    auto *field = new FormField(RepairAsks::tr("Deletions of this mapping that are open"), typed);
    const RepairAct act = row.action == "DELETE" ? RepairAct::Execute : RepairAct::Undo;
    const auto check = [open, typed, field](ReasonDialog *ask) {
        field->setHelp(RepairAsks::tr("Type %1 to confirm them.").arg(*open));
        const bool right = typed->text().trimmed() == QString::number(*open);
        ask->setBlocked(right ? QString() : RepairAsks::tr("Type %1 to confirm as many deletions.").arg(*open));
        if (right)
            ask->setProgress({});
        ask->confirmButton()->setText(RepairAsks::tr("Let %1 deletions go ahead").arg(*open));
    };
    ReasonDialog *dialog = makeAsk(
        {RepairAsks::tr("Delete although it looks like a loss?"),
         RepairAsks::tr("%1 What you confirm holds for as many deletions of this mapping, this one first, as long as no day goes by without one. If rows are missing by mistake, mend that first: what is deleted comes back only by undoing each repair.")
             .arg(deletionStopText(stop)),
         RepairAsks::tr("Let %1 deletions go ahead").arg(stop.open), ButtonKind::RedFill, ReasonField::Need::Required},
        "confirmDeletesDialog", reason,
        [session = QPointer<RepairsSession>(session), id = toText(row.id), act, open, typed, check](ReasonDialog *ask, const QString &why) {
            if (!session)
                return;
            session->act(id, {act, why, {}, {}, {}, *open}, ask, [ask, open, typed, check](const Result<RepairRow> &end) {
                if (end) {
                    ask->succeed();
                    return;
                }
                const auto now = deletionStop(end.error().message);
                if (!now) {
                    tellFailure(ask, RepairAsks::tr("Nothing was confirmed"), end.error());
                    return;
                }
                *open = now->open;
                typed->clear();
                check(ask);
                ask->fail(RepairAsks::tr("Nothing was confirmed. %1. Look at it again, then type %2.")
                              .arg(repairText(now->why)).arg(now->open));
            });
        },
        parent);
    dialog->extras()->addWidget(field);
    QObject::connect(typed, &QLineEdit::textChanged, dialog, [dialog, check] { check(dialog); });
    check(dialog);
    dialog->setProgress({}); // nothing is wrong yet
    typed->setFocus();
    openDialog(dialog);
}

} // namespace crossfade
