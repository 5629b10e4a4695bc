using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Writes a group in one transaction: its ids, its events, its roll-ups, and the number of the commit.</summary>
internal sealed class UsageCommit(UsageDays days)
{
    // Below it, asking which ids are new costs less than finding out by a failed COPY, and events go to the server with the commit:
    // a COPY takes two round trips of its own.
    private const int OptimisticFrom = 64;

    private const string CopyIds = "COPY usage_event_ids (event_id, day) FROM STDIN (FORMAT BINARY)";

    private const string CopyEvents =
        "COPY integration_usage_events (occurred_at, id, event_id, http_status, latency_ms, status, listed, provider, operation, user_id, bot_id, trace_id, error_code) FROM STDIN (FORMAT BINARY)";

    private const long IdsPerBlock = 10_000;

    private readonly CopyBuffer _buffer = new();

    // Reserved and not used yet: the rest of a block, and whole blocks. A lost one leaves a gap, which nobody minds.
    private readonly Queue<long> _blocks = [];
    private long _nextId;
    private long _idsEnd;

    /// <summary>What <c>pg_xact_status</c> tells a lost commit by; null before anything can have been committed.</summary>
    public ulong? Transaction { get; private set; }

    /// <summary>Before each run: nothing of it can have been committed yet.</summary>
    public void Begin() => Transaction = null;

    /// <returns>The number of the commit.</returns>
    public async Task<long> RunAsync(NpgsqlConnection connection, UsageGroup group, CancellationToken cancellationToken)
    {
        await days.EnsureAsync(group.Days, connection, cancellationToken);
        await ReserveIdsAsync(connection, group.Rows.Count, cancellationToken);
        var transaction = await BeginAsync(connection, group, cancellationToken);
        var many = group.Rows.Count >= OptimisticFrom;
        if (many) await ClaimByCopyAsync(connection, group, cancellationToken);
        var rollup = new UsageRollup(group.Rows);
        if (many && group.Rows.Count > 0) await CopyAsync(connection, CopyEvents, () => Encode(group.Rows, rollup), cancellationToken);

        // From here on the transaction may be committed without our hearing of it.
        Transaction = transaction;
        return await UsageFinish.RunAsync(connection, group.Rows, rollup, many ? null : NextId, cancellationToken);
    }

    private async Task<ulong> BeginAsync(NpgsqlConnection connection, UsageGroup group, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("BEGIN");
        foreach (var day in group.Days.Where(days.MayBeDropped).Order())
        {
            batch.Add("SELECT pg_advisory_xact_lock_shared(hashtext('usage_day'), $1)").With((int?)day);
        }

        batch.Add("SELECT pg_current_xact_id()");
        var small = group.Rows.Count < OptimisticFrom;
        if (small) AddClaim(batch, group);
        else batch.Add("SAVEPOINT ids");

        await using var results = await batch.ExecuteReaderAsync(cancellationToken);
        while (results.GetFieldType(0) != typeof(ulong)) await results.NextResultAsync(cancellationToken);
        await results.ReadAsync(cancellationToken);
        var transaction = results.GetFieldValue<ulong>(0);
        if (small)
        {
            await results.NextResultAsync(cancellationToken);
            group.KeepOnly(await IdsAsync(results, cancellationToken));
        }

        return transaction;
    }

    /// <summary>Duplicates are rare: writes all ids at full speed, and only when one is there already asks which.</summary>
    private async Task ClaimByCopyAsync(NpgsqlConnection connection, UsageGroup group, CancellationToken cancellationToken)
    {
        try
        {
            await CopyAsync(connection, CopyIds, () => Encode(group.SortedIds()), cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.Add("ROLLBACK TO SAVEPOINT ids");
            AddClaim(batch, group);
            await using var results = await batch.ExecuteReaderAsync(cancellationToken);
            group.KeepOnly(await IdsAsync(results, cancellationToken));
        }
    }

    private static void AddClaim(NpgsqlBatch batch, UsageGroup group)
    {
        var (ids, days) = group.SortedIds();
        batch.Add("INSERT INTO usage_event_ids (event_id, day) SELECT * FROM unnest($1::uuid[], $2::date[]) ON CONFLICT DO NOTHING RETURNING event_id")
            .With(ids).With(Array.ConvertAll(days, UsageDays.Date));
    }

    private static async Task<HashSet<Guid>> IdsAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var ids = new HashSet<Guid>();
        while (await rows.ReadAsync(cancellationToken)) ids.Add(rows.GetGuid(0));
        return ids;
    }

    private async Task ReserveIdsAsync(NpgsqlConnection connection, int rows, CancellationToken cancellationToken)
    {
        var have = _idsEnd - _nextId + (_blocks.Count * IdsPerBlock);
        if (have >= rows) return;
        var blocks = (rows - have + IdsPerBlock - 1) / IdsPerBlock;
        foreach (var start in await connection.Statement("SELECT nextval('usage_rows') FROM generate_series(1, $1)").With(blocks).ListAsync(r => r.GetInt64(0), cancellationToken))
        {
            _blocks.Enqueue(start);
        }
    }

    private long NextId()
    {
        if (_nextId == _idsEnd) (_nextId, _idsEnd) = (_blocks.Peek(), _blocks.Dequeue() + IdsPerBlock);
        return _nextId++;
    }

    private void Encode((Guid[] Ids, long[] Days) claimed)
    {
        for (var i = 0; i < claimed.Ids.Length; i++)
        {
            _buffer.Row(2);
            _buffer.Write(claimed.Ids[i]);
            _buffer.WriteDay(claimed.Days[i]);
        }
    }

    private void Encode(IReadOnlyList<UsageGroup.Row> rows, UsageRollup rollup)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var e = rows[i].Event;
            _buffer.Row(13);
            _buffer.WriteInstant(rows[i].At);
            _buffer.Write(NextId());
            _buffer.Write(e.EventId);
            _buffer.Write(e.HttpStatus);
            _buffer.Write(e.LatencyMs);
            _buffer.Write((short)e.Status);
            _buffer.Write(rollup.Listed[i]);
            _buffer.Write(e.Provider);
            _buffer.Write(e.Operation);
            _buffer.Write(e.UserId);
            _buffer.Write(e.BotId);
            _buffer.Write(e.TraceId);
            _buffer.Write(e.ErrorCode);
        }
    }

    private async Task CopyAsync(NpgsqlConnection connection, string statement, Action encode, CancellationToken cancellationToken)
    {
        _buffer.Begin();
        encode();
        _buffer.End();
        await using var copy = await connection.BeginRawBinaryCopyAsync(statement, cancellationToken);
        await copy.WriteAsync(_buffer.Written, cancellationToken);
    }
}
