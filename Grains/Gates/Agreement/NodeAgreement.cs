namespace ControlPlane.Grains.Gates.Agreement;

/// <summary>What this node has to have in common with every other one, as it stands now: its build, its settings, and its access tokens as a hash
/// under a key that only nodes of this installation can derive. Nodes take other callers for operators when their tokens differ.</summary>
internal sealed class NodeAgreement(NodeConfiguration settings, AgreedTokens? tokens)
{
    public NodeConfiguration Current => tokens is null ? settings : settings with { Fingerprint = $"{settings.Fingerprint}{tokens.Hash()}" };

    /// <summary>As it travels in a request.</summary>
    public string Text => Current.Text;
}
