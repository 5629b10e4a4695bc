namespace ControlPlane.Grains.Secrets;

/// <summary>The values that must not leave the process. Register a value before using it: session tokens a provider handed out as well.</summary>
public interface ISecretRegistry
{
    /// <summary>Adds a value under a name. Earlier values of the name stay, the latest <see cref="SecretRegistry.ValuesPerName"/> of
    /// them, until the process ends. Values (or the secret parts of addresses and connection strings) shorter than
    /// <see cref="SecretRegistry.MinLength"/> characters are not recognised in texts: <c>true</c> and <c>demo</c> must stay readable.</summary>
    void Register(string name, string value);
}
