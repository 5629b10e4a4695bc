namespace ControlPlane.Grains.Usage;

/// <summary>Providers whose use is recorded.</summary>
public interface IKnownProviders
{
    bool Knows(string provider);
}
