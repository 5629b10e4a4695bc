namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>The second net, for secrets nobody registered: a provider's reply, a key pasted into the wrong field. Forms that ids share
/// (a UUID, 32 hex digits) are left out, or no log would be of use.</summary>
internal static class KeyShapes
{
    public static readonly KeyShape[] All = [.. TokenShapes.All, .. FieldShapes.All];

    public static string Remove(string text)
    {
        var folded = Folding.Fold(text);
        foreach (var shape in All)
        {
            if (!shape.MayBeIn(folded))
                continue;
            var removed = shape.Remove(text);
            if (ReferenceEquals(removed, text))
                continue;
            text = removed;
            folded = Folding.Fold(text);
        }
        return text;
    }
}
