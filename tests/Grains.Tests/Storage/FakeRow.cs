using System.Globalization;
using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Grains.Tests.Storage;

/// <summary>A grain's row without a cluster: writes are counted, held up, refused, or lose their answer as a test says.</summary>
internal sealed class FakeRow<T> : IPersistentState<T>
    where T : new()
{
    /// <summary>Awaited before a write is on disk.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>Awaited when a write is on disk and nobody knows yet.</summary>
    public Func<Task> AfterWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>Gives the state that a read finds; null for what this row last wrote.</summary>
    public Func<T>? Stored { get; set; }

    public int Writes { get; private set; }

    public int Reads { get; private set; }

    public T State { get; set; } = new();

    public string? Etag { get; set; }

    public bool RecordExists => Etag is not null;

    public async Task WriteStateAsync()
    {
        await BeforeWrite();
        Writes++;
        Etag = Writes.ToString(CultureInfo.InvariantCulture);
        await AfterWrite();
    }

    public Task ReadStateAsync()
    {
        Reads++;
        if (Stored is { } stored) State = stored();
        return Task.CompletedTask;
    }

    public Task ClearStateAsync() => throw new NotSupportedException();

    public static Task Refuse() => Task.FromException(new InconsistentStateException("Another version."));
}
