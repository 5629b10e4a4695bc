namespace ControlPlane.Grains.Secrets.Keys;

/// <summary>What keys are derived for. A purpose never changes its meaning; another algorithm is another purpose.</summary>
internal static class KeyPurposes
{
    /// <summary>MACs of rows and audit entries that the database holds and can't make.</summary>
    public const string StoreMac = "store-mac";

    /// <summary>Capabilities that the node that authenticated a caller signs, and grains verify.</summary>
    public const string Caller = "caller";

    /// <summary>Proof that a process belongs to the cluster, given before anything else is read from its connection.</summary>
    public const string Join = "join";

    /// <summary>Signed state of sessions that does not belong to one role's token.</summary>
    public const string Session = "session";

    /// <summary>Keyed hash of the access tokens, by which nodes see whether they hold the same ones.</summary>
    public const string Agreement = "agreement";
}
