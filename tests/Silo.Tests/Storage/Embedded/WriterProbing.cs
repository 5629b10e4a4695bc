using ControlPlane.Silo.Storage.Embedded;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

internal static class WriterProbing
{
    /// <summary>Holds the writer within a group of its own until the result is disposed: all calls made meanwhile wait together.</summary>
    public static async Task<IDisposable> HoldWriterAsync(this EmbeddedStore store)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new ManualResetEventSlim();
        _ = store.Database.WriteAsync(
            WriteLane.Control,
            1,
            _ =>
            {
                begun.SetResult();
                release.Wait();
                return 0;
            },
            CancellationToken.None);
        await begun.Task;
        return new Held(release);
    }

    /// <summary>A full disk, by SQLite's own limit on the writer's connection.</summary>
    public static Task LimitPagesAsync(this EmbeddedStore store, long pages) =>
        store.Database.WriteAsync(WriteLane.Control, 1, s => s.Scalar($"PRAGMA max_page_count = {pages}"), CancellationToken.None);

    private sealed class Held(ManualResetEventSlim release) : IDisposable
    {
        public void Dispose() => release.Set();
    }
}
