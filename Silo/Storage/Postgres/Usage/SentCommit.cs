using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>A transaction that may be committed without our having heard of it, and what tells.</summary>
internal abstract record SentCommit
{
    /// <summary>True or false when it is certain, null while it may still be going on.</summary>
    public abstract Task<bool?> OutcomeAsync(NpgsqlConnection connection, CancellationToken cancellationToken);
}

/// <summary>Known by its number, which the server keeps the fate of, after a crash too.</summary>
internal sealed record NumberedCommit(ulong Transaction) : SentCommit
{
    public override async Task<bool?> OutcomeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var status = await connection.Statement($"SELECT pg_xact_status('{Transaction}'::xid8)").ListAsync(row => row.TextOf(0), cancellationToken);
        return status[0] switch { "committed" => true, "aborted" => false, _ => null };
    }
}

/// <summary>Known by one of the events that it wrote, under a number that nobody else gives: it is there, or nothing of the transaction is.</summary>
/// <param name="Backend">The server's process that had the transaction: while it is there, so may the transaction be.</param>
internal sealed record MarkedCommit(int Backend, string Provider, DateTime At, long Id) : SentCommit
{
    public override async Task<bool?> OutcomeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // In this order: what the process committed before it went is seen by who looks after it has gone.
        var gone = await TellsAsync(
            connection.Statement("SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND pid <> pg_backend_pid())").With(Backend), cancellationToken);
        var there = await TellsAsync(
            connection.Statement("SELECT EXISTS (SELECT 1 FROM integration_usage_events WHERE listed AND provider = $1 AND occurred_at = $2 AND id = $3)")
                .With(Provider).With(At).With(Id),
            cancellationToken);
        return there ? true : gone ? false : null;
    }

    private static async Task<bool> TellsAsync(NpgsqlCommand question, CancellationToken cancellationToken) =>
        (await question.ListAsync(row => row.GetBoolean(0), cancellationToken))[0];
}
