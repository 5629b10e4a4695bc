namespace ControlPlane.Silo.Storage.Sql;

/// <summary>A row of a list that is read page by page: selected with <c>row_id</c> and <c>row_at</c>.</summary>
internal abstract class PageRow
{
    public long RowId { get; init; }

    public Instant RowAt { get; init; }

    public PageCursor Position => new(RowAt.Microseconds, RowId);
}
