using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Silo.Hosting.Settings;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>Which secret the keys of this process are derived from.</summary>
internal static class RootSecret
{
    public const string OperatorTokenName = "CONTROLPLANE_OPERATOR_TOKEN";

    /// <summary>In a cluster the cluster key, or else the operator's token. A process by itself has the operator's token, given or in its data folder.</summary>
    /// <exception cref="WrongSettingsException">There is none, or it is too short.</exception>
    public static ControlPlaneKeys Read(ISecretSource secrets, IOperatorTokenFile? file, bool clustered)
    {
        if (clustered && secrets.Find(ControlPlaneKeys.ClusterKeyName) is { } key)
        {
            return key.Length >= ControlPlaneKeys.MinLength ? new(key) : throw TooShort(ControlPlaneKeys.ClusterKeyName);
        }

        var token = secrets.Find(OperatorTokenName) ?? (file?.Token is { } kept ? new Secret(kept) : null);
        if (token is null) throw Missing(clustered);
        return token.Length >= ControlPlaneKeys.MinLength ? new(token) : throw TooShort(OperatorTokenName);
    }

    /// <summary>Outside an all-in-one process the operator's token is given: nodes whose tokens differ are not ready.</summary>
    /// <exception cref="WrongSettingsException">There is none.</exception>
    public static void RequireOperatorToken(ISecretSource secrets)
    {
        if (secrets.Find(OperatorTokenName) is null)
            throw new WrongSettingsException([$"{OperatorTokenName}: must be set on every silo and front end, to the same value as on the others, and so must the other access tokens that any of them has. For example to that of 'openssl rand -base64 32'."]);
    }

    private static WrongSettingsException TooShort(string name) =>
        new([$"{name}: must have {ControlPlaneKeys.MinLength} or more characters. Set a longer random value, for example of 'openssl rand -base64 32'."]);

    private static WrongSettingsException Missing(bool clustered) => new(
    [
        clustered
            ? $"{ControlPlaneKeys.ClusterKeyName}: must be set, or {OperatorTokenName}, to the same value on every node of the cluster: nobody joins without it. For example to that of 'openssl rand -base64 32'."
            : $"{OperatorTokenName}: must be set, or be in the data folder: keys are derived from it.",
    ]);
}
