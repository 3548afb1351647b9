// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/keyedmerge.h"

#include <QAbstractItemModel>

namespace crossfade {

// Gives a keyed merge the protected begin/end functions of a flat model: a model that merges
// derives from it and passes itself.
template <class Row, class Base>
class KeyedModel : public Base {
public:
    using Base::Base;

protected:
    template <class Key>
    void mergeRows(std::vector<Row> &rows, std::vector<Row> wanted, Key key)
    {
        Steps steps(*this);
        mergeByKey(rows, std::move(wanted), key, steps);
    }

private:
    struct Steps : KeyedMergeSteps<Row> {
        explicit Steps(KeyedModel &m)
            : model(m)
        {
        }
        void beginRemove(int first, int last) override { model.beginRemoveRows({}, first, last); }
        void endRemove() override { model.endRemoveRows(); }
        void beginInsert(int first, int last) override { model.beginInsertRows({}, first, last); }
        void endInsert() override { model.endInsertRows(); }
        void beginMove(int from, int to) override { model.beginMoveRows({}, from, from, {}, to); }
        void endMove() override { model.endMoveRows(); }
        void changed(int row) override
        {
            // Lists hide their column count; through the common base it is there.
            const QAbstractItemModel &rows = model;
            Q_EMIT model.dataChanged(rows.index(row, 0, {}),
                                     rows.index(row, rows.columnCount({}) - 1, {}));
        }
        KeyedModel &model;
    };
};

} // namespace crossfade
