namespace ControlPlane.Grains.Gates.Agreement;

/// <summary>What must be equal on every node, as it is now on this one: build, settings, and a hash of the access tokens. Only nodes of this
/// installation can derive the hash's key. Nodes take other callers for operators when their tokens differ.</summary>
internal sealed class NodeAgreement(NodeConfiguration settings, AgreedTokens? tokens)
{
    public NodeConfiguration Current => tokens is null ? settings : settings with { Fingerprint = $"{settings.Fingerprint}{tokens.Hash()}" };

    /// <summary>As it travels in a request.</summary>
    public string Text => Current.Text;
}
