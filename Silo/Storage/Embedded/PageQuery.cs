using System.Collections.Immutable;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Reads a page: one row more than asked for tells whether there is a next page.</summary>
internal static class PageQuery
{
    public static Page<T> Read<T>(PagedList list, int limit, Statement rows, Func<Statement, T> item, Func<Statement, PageCursor> position)
    {
        var items = ImmutableArray.CreateBuilder<T>(limit);
        var last = PageCursor.Newest;
        while (rows.Read())
        {
            if (items.Count == limit)
            {
                rows.Reset();
                return new(items.ToImmutable(), last.Format(list));
            }

            items.Add(item(rows));
            last = position(rows);
        }

        return new(items.ToImmutable(), null);
    }
}
