using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Grains.Storage;

/// <summary>A grain's stored state without Orleans' facet, which keeps a kilobyte of life cycle for each: for grains that come in tens of
/// thousands. The grain reads it when it is activated.</summary>
internal sealed class StoredState<T>(IGrainStorage storage, string name, GrainId grain)
    where T : class, new()
{
    private readonly GrainState<T> _stored = new(new T());

    public T State
    {
        get => _stored.State!;
        set => _stored.State = value;
    }

    public async Task ReadAsync()
    {
        await storage.ReadStateAsync(name, grain, _stored);
        _stored.State ??= new T();
    }

    /// <exception cref="InconsistentStateException">The store holds another version than the one that was read.</exception>
    public Task WriteAsync() => storage.WriteStateAsync(name, grain, _stored);
}
