using System.Collections.Immutable;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Silo.Storage.Seals;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>The rows of <c>orleansstorage</c> and their marks in PostgreSQL. They are read by the blocks of the table: no index is needed, and nothing is sorted.</summary>
internal sealed class PostgresSealedRows(PostgresDatabase database, IOptions<ClusterOptions> cluster) : ISealedRows
{
    private const int BlocksATime = 64;

    // Any number will do as long as nobody else of this database uses it.
    private const long LockKey = 0x73_65_61_6C_73;
    private const int TimeoutSeconds = 120;

    public Task<ImmutableArray<StoreMark>> MarksAsync(CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement("SELECT at_ticks, audit_up_to, forged, mac FROM store_marks ORDER BY id DESC LIMIT $1").With((long)MarkColumns.Newest)
            .ListAsync(row => MarkColumns.Read(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3)), token)).ToImmutableArray(),
        cancellationToken);

    public Task AddMarkAsync(StoreMark mark, CancellationToken cancellationToken) => database.ExecuteAsync(
        (connection, token) => connection.Statement("INSERT INTO store_marks (at_ticks, audit_up_to, forged, mac) VALUES ($1, $2, $3, $4)")
            .With(mark.At.UtcTicks).With(mark.AuditUpTo).With(MarkColumns.Forged(mark)).With(mark.Mac).RunAsync(token),
        cancellationToken);

    public Task<StoredRows> ReadAsync(long? after, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
        {
            var from = after ?? 0;
            var blocks = (await connection.Statement("SELECT pg_relation_size('orleansstorage') / current_setting('block_size')::bigint").ListAsync(row => row.GetInt64(0), token))[0];
            var rows = await connection.Statement(
                    "SELECT graintypestring, grainidn0, grainidn1, grainidextensionstring, version, payloadbinary, ctid::text FROM orleansstorage " +
                    "WHERE ctid >= $1::text::tid AND ctid < $2::text::tid AND serviceid = $3 AND payloadbinary IS NOT NULL")
                .With($"({from},0)").With($"({from + BlocksATime},0)").With(cluster.Value.ServiceId)
                .ListAsync(row => new StoredRow(row.GetString(0), RowKey.Of(row.GetInt64(1), row.GetInt64(2), row.TextOf(3)), row.GetInt32(4), row.GetFieldValue<byte[]>(5), row.GetString(6)), token);
            return new StoredRows([.. rows], from + BlocksATime < blocks ? from + BlocksATime : null);
        },
        cancellationToken);

    public Task<bool> ReplaceAsync(StoredRow row, byte[] content, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => await connection.Statement(
                "UPDATE orleansstorage SET payloadbinary = $1, version = version + 1, modifiedon = now() WHERE ctid = $2::text::tid AND version = $3 AND graintypestring = $4")
            .With(content).With(row.Position).With((int)row.Version).With(row.StateName).RunAsync(token) == 1,
        cancellationToken);

    /// <summary>On a connection of its own, for as long as it takes.</summary>
    public async Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.Statement($"SET LOCAL lock_timeout = '{TimeoutSeconds}s'").RunAsync(cancellationToken);
            await connection.Statement($"SET LOCAL statement_timeout = '{TimeoutSeconds}s'").RunAsync(cancellationToken);
            var take = connection.Statement($"SELECT pg_advisory_xact_lock({LockKey})");
            take.CommandTimeout = TimeoutSeconds;
            await take.RunAsync(cancellationToken);
            return new Held(connection, transaction);
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            throw PostgresFailure.Translate(e);
        }
    }

    private sealed class Held(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
