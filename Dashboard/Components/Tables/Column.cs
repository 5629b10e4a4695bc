namespace ControlPlane.Dashboard.Components;

/// <summary>A column of a table that can be sorted.</summary>
/// <param name="Css">Its class, which its cells carry too.</param>
/// <param name="NewestFirst">Newest and most come first by themselves.</param>
/// <param name="Always">Can't be left out.</param>
public sealed record Column(string Key, string Title, string Css, bool NewestFirst = false, bool Always = false)
{
    public bool IsNumber => Css.Contains(" num", StringComparison.Ordinal);

    /// <summary>The class by which it is left out.</summary>
    public string Name => Css.Split(' ')[0];
}
