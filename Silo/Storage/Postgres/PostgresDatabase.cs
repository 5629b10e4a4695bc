using System.Data;
using ControlPlane.Grains;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>The database: one pool of connections, and one way to use them, with bounded retries, limits and our own words for failures.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);
    private readonly PostgresStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgresDatabase> _logger;
    private readonly PostgresReach _reach;

    public PostgresDatabase(PostgresStoreOptions options, TimeProvider time, ILogger<PostgresDatabase> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        Source = PostgresConnectionString.DataSource(options);
        _reach = new(ProbeAsync, KnockAsync, options, time, logger);
    }

    /// <summary>For those who bring their own statements: Orleans' providers. Everybody else calls <see cref="ExecuteAsync"/>.</summary>
    public NpgsqlDataSource Source { get; }

    public PostgresStoreOptions Options => _options;

    /// <summary>For messages about the store as a whole.</summary>
    public ILogger Log => _logger;

    /// <summary>Brings the schema up to date; waits a while for a server that is out of reach.</summary>
    /// <exception cref="NewerSchemaException">A newer program wrote the database.</exception>
    /// <exception cref="StoreUnavailableException">The server stayed out of reach, refuses us, or lacks rights for us.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        var place = PostgresConnectionString.Place(_options.ConnectionString);
        var startedAt = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await PostgresSessions.RefuseSharedAsync(Source, place, cancellationToken);
                var version = await PostgresMigrator.MigrateAsync(Source, place, cancellationToken);
                await PostgresSessions.RefuseOtherSchemaAsync(Source, place, cancellationToken);
                _logger.StoreOpened(place, version);
                return;
            }
            catch (Exception e) when (PostgresFailure.IsOutOfReach(e) || PostgresFailure.IsPassing(e))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var left = _options.StartWait - _time.GetElapsedTime(startedAt);
                var problem = PostgresFailure.Translate(e).Message;
                if (left <= TimeSpan.Zero)
                {
                    throw new StoreUnavailableException(
                        $"PostgreSQL at {place} can't be had: {problem} Start it, or correct the host and port in ConnectionStrings__ControlPlane.");
                }

                _logger.WaitingForServer(place, problem, Math.Round(left.TotalSeconds));
                await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellationToken);
            }
            catch (PostgresException e)
            {
                throw new StoreUnavailableException(
                    $"PostgreSQL at {place} can't be used: {PostgresFailure.Translate(e).Message} Correct the database or ConnectionStrings__ControlPlane (PostgreSQL's code: {e.SqlState}).");
            }
        }
    }

    /// <summary>Runs the work on a connection of the pool. It runs again after a deadlock and the like, so that it must begin from nothing each time.</summary>
    /// <exception cref="StoreUnavailableException">The server is out of reach, or failed. After a write its outcome is unknown.</exception>
    /// <exception cref="StoreConflictException">The row exists.</exception>
    public Task<T> ExecuteAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        GuardAsync(
            async token =>
            {
                await using var connection = await Source.OpenConnectionAsync(token);
                try
                {
                    return await work(connection, token);
                }
                catch (InvalidOperationException e) when (PostgresFailure.IsBroken(connection))
                {
                    throw new IOException("The connection broke between two statements.", e);
                }
            },
            cancellationToken);

    /// <summary>The same, all of the work seeing the store at one moment. It may only read.</summary>
    public Task<T> ReadAtOnceAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        ExecuteAsync(
            async (connection, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
                return await work(connection, token);
            },
            cancellationToken);

    /// <summary>The same for work that brings its own connection.</summary>
    public async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var generation = _reach.Enter();
            try
            {
                return await _reach.WaitAsync(work(cancellationToken));
            }
            catch (Exception e) when (PostgresFailure.IsPassing(e) && attempt < Attempts)
            {
                await Task.Delay(s_pause * (attempt * (1 + Random.Shared.NextDouble())), _time, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Tell(e, generation, out var ours);
                throw ours;
            }
        }
    }

    /// <summary>Takes note of a failure and puts it into our words.</summary>
    public void Tell(Exception failure, long generation, out Exception ours)
    {
        ours = PostgresFailure.Translate(failure);
        if (PostgresFailure.IsOutOfReach(failure)) _reach.Failed(generation, failure);
        else if (ours is StoreUnavailableException && !ReferenceEquals(ours, failure)) _logger.OperationFailed(ours.Message, PostgresFailure.Code(failure));
    }

    /// <inheritdoc cref="PostgresReach.Enter"/>
    public long Enter() => _reach.Enter();

    /// <inheritdoc cref="PostgresReach.WaitAsync{T}"/>
    public Task<T> WaitAsync<T>(Task<T> call) => _reach.WaitAsync(call);

    public async ValueTask DisposeAsync()
    {
        _reach.Dispose();
        await Source.DisposeAsync();
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        // Connections from before the loss are of no use; who holds one still gives it back to be closed.
        Source.Clear();
        await using var command = Source.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    private async Task KnockAsync(CancellationToken cancellationToken)
    {
        await using var connection = PostgresConnectionString.Visitor(_options);
        await connection.OpenAsync(cancellationToken);
    }
}
