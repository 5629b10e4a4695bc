using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Silo.Storage.Embedded;

internal sealed class EmbeddedStoreIdentity(EmbeddedDatabase database) : IStoreIdentity
{
    public string? Evidence => database.Replaced;

    public Task AcceptAsync() => database.ReopenAsync();
}
