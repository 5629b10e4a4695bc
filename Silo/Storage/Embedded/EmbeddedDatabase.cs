using ControlPlane.Grains;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>The embedded database: the data directory's lock, one writer, and the readers.</summary>
internal sealed class EmbeddedDatabase(EmbeddedStoreOptions options, TimeProvider time, ILogger<EmbeddedDatabase> logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private DataDirectory? _directory;
    private volatile Opened? _opened;
    private bool _disposed;

    public string Path => options.DatabasePath;

    /// <summary>Transactions committed since the store was opened.</summary>
    public long Commits => _opened?.Writer.Commits ?? 0;

    /// <summary>Takes the data directory, brings the schema up to date and opens the store. Call it before the silo starts; again does nothing.</summary>
    /// <exception cref="DataDirectoryInUseException">Another process has the directory.</exception>
    /// <exception cref="NewerSchemaException">A newer program wrote the database.</exception>
    /// <exception cref="StoreUnavailableException">The directory or the file can't be used.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_opened is null)
            {
                await Task.Run(Open, cancellationToken);
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    public Task<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) =>
        Need().Readers.ReadAsync(work, cancellationToken);

    /// <inheritdoc cref="GroupCommitWriter.ExecuteAsync"/>
    public Task<T> WriteAsync<T>(WriteLane lane, int rows, Func<SqliteSession, T> work, CancellationToken cancellationToken) =>
        Need().Writer.ExecuteAsync(lane, rows, work, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync();
        try
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_opened is { } opened)
            {
                // The readers first: the last connection to close folds the log into the file, and only the writer's may.
                opened.Readers.Dispose();
                if (!await opened.Writer.StopAsync())
                {
                    // Somebody may still be writing: the directory stays ours until the process ends.
                    return;
                }
            }

            _directory?.Dispose();
        }
        finally
        {
            _opening.Release();
        }
    }

    private Opened Need() => _opened ?? throw new StoreUnavailableException("The embedded store is not open yet.");

    private void Open()
    {
        try
        {
            _directory = DataDirectory.Take(options);
            using (var session = SqliteSession.OpenWriter(options))
            {
                var version = SchemaMigrator.Migrate(session, Path, time.GetUtcNow());
                logger.StoreOpened(Path, version);
            }

            _opened = new(new GroupCommitWriter(options, () => SqliteSession.OpenWriter(options), logger), new ReadPool(options, logger));
        }
        catch (Exception e)
        {
            _directory?.Dispose();
            _directory = null;
            throw e is IOException or UnauthorizedAccessException ? Unusable() : SqliteFailure.Translate(e);
        }
    }

    private StoreUnavailableException Unusable() => new(
        $"The data directory '{options.DataDirectory}' can't be used. ControlPlane__DataDirectory must name a directory that this user may write, " +
        "on a disk with room.");

    private sealed record Opened(GroupCommitWriter Writer, ReadPool Readers);
}
