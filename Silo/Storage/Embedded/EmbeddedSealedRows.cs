using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Silo.Storage.Seals;
using Orleans.Runtime;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>The rows of <c>orleans_storage</c> and their marks in the embedded database, which one process alone has.</summary>
internal sealed class EmbeddedSealedRows(EmbeddedDatabase database) : ISealedRows
{
    private const int RowsATime = 256;

    public Task<ImmutableArray<StoreMark>> MarksAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var rows = session.Prepare("SELECT at_ticks, audit_up_to, forged, mac FROM store_marks ORDER BY id DESC LIMIT ?").With(MarkColumns.Newest);
            var marks = ImmutableArray.CreateBuilder<StoreMark>();
            while (rows.Read()) marks.Add(MarkColumns.Read(rows.Int64(0), rows.Int64(1), rows.Text(2), rows.Text(3)));
            return marks.ToImmutable();
        },
        cancellationToken);

    public Task AddMarkAsync(StoreMark mark, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare("INSERT INTO store_marks (at_ticks, audit_up_to, forged, mac) VALUES (?, ?, ?, ?)")
            .With(mark.At.UtcTicks).With(mark.AuditUpTo).With(MarkColumns.Forged(mark)).With(mark.Mac).Run(),
        cancellationToken);

    public Task<StoredRows> ReadAsync(long? after, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var found = session.Prepare("SELECT id, state_name, grain_id, version, payload FROM orleans_storage WHERE id > ? ORDER BY id LIMIT ?")
                .With(after ?? 0L).With(RowsATime);
            var rows = ImmutableArray.CreateBuilder<StoredRow>();
            var (read, last) = (0, 0L);
            while (found.Read())
            {
                (read, last) = (read + 1, found.Int64(0));
                if (found.IsNull(4)) continue;
                rows.Add(new(found.Text(1), RowKey.Of(GrainId.Parse(found.Text(2))), found.Int64(3), found.Bytes(4), last.ToString(CultureInfo.InvariantCulture)));
            }

            return new StoredRows(rows.ToImmutable(), read < RowsATime ? null : last);
        },
        cancellationToken);

    public Task<bool> ReplaceAsync(StoredRow row, byte[] content, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare("UPDATE orleans_storage SET version = version + 1, payload = ? WHERE id = ? AND version = ?")
            .With(content.AsSpan()).With(long.Parse(row.Position, CultureInfo.InvariantCulture)).With(row.Version).Run() == 1,
        cancellationToken);

    public Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new Nobody());

    private sealed class Nobody : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
