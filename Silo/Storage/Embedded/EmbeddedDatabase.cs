using ControlPlane.Grains;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>The embedded database: the data directory's lock, one writer, and the readers.</summary>
internal sealed class EmbeddedDatabase(EmbeddedStoreOptions options, TimeProvider time, ILogger<EmbeddedDatabase> logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly StoreFileGuard _guard = new(options.DatabasePath);
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

    /// <summary>What shows that the file is not the one that was opened; null when nothing does.</summary>
    public string? Replaced => _guard.Evidence;

    /// <summary>Goes on with the file that lies in the place of the one that was opened. What the old one's log still holds is given up with it.</summary>
    public async Task ReopenAsync()
    {
        await _opening.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_guard.Evidence is null && _opened is not null) return;
            if (_opened is { } opened)
            {
                opened.Readers.Dispose();
                await opened.Writer.StopAsync();
                _opened = null;
            }

            File.Delete(Path + "-wal");
            File.Delete(Path + "-shm");
            _guard.Forget();
            await Task.Run(Open);
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

    private Opened Need() =>
        _guard.Evidence is { } evidence ? throw new StoreReplacedException(evidence)
        : _opened ?? throw new StoreUnavailableException("The embedded store is not open yet.");

    private void Open()
    {
        try
        {
            if (_directory is null) _directory = DataDirectory.Take(options);
            else DataDirectory.MakeDatabase(options);
            using (var session = SqliteSession.OpenWriter(options))
            {
                var version = SchemaMigrator.Migrate(session, Path, time.GetUtcNow());
                logger.StoreOpened(Path, version);
            }

            _guard.Settle();
            _opened = new(new GroupCommitWriter(options, () => SqliteSession.OpenWriter(options), _guard, logger), new ReadPool(options, logger));
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
