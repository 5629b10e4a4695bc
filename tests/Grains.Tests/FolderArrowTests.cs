using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Storage.Seals;

namespace ControlPlane.Grains.Tests;

/// <summary>A folder of Grains is a feature. Arrows between features go one way, so that one can be read, tested and moved without the others.</summary>
public sealed class FolderArrowTests
{
    private const string Root = "ControlPlane.Grains.";
    private static readonly Architecture s_grains = new ArchLoader().LoadAssemblies(typeof(Secret).Assembly).Build();

    /// <summary>Says what each grain's row is taken for when it does not verify, and so names the state of every feature.</summary>
    private static readonly string s_apart = typeof(Quarantine).FullName!;

    [Fact]
    public void Folders_HaveNoCycle()
    {
        var arrows = Arrows();
        Assert.Contains(arrows, arrow => arrow is { From: "Bots", To: "Gates" });

        // What only points to folders that are in no cycle is in none.
        for (var before = -1; before != arrows.Count;)
        {
            before = arrows.Count;
            arrows.RemoveAll(arrow => !arrows.Exists(next => next.From == arrow.To));
        }

        for (var before = -1; before != arrows.Count;)
        {
            before = arrows.Count;
            arrows.RemoveAll(arrow => !arrows.Exists(last => last.To == arrow.From));
        }

        Assert.True(arrows.Count == 0, "Folders in a cycle:" + string.Concat(arrows.Select(arrow => $"{Environment.NewLine}{arrow.From} -> {arrow.To}: {arrow.By}")));
    }

    private static List<(string From, string To, string By)> Arrows() =>
    [
        .. s_grains.Types
            .Where(type => Folder(type) is not null && !type.FullName.StartsWith(s_apart, StringComparison.Ordinal))
            .SelectMany(type => type.Dependencies.Select(dependency => (From: Folder(type)!, To: Folder(dependency.Target), By: $"{type.Name} uses {dependency.Target.Name}")))
            .Where(arrow => arrow.To is not null && arrow.To != arrow.From)
            .GroupBy(arrow => (arrow.From, arrow.To), arrow => arrow.By)
            .Select(arrow => (arrow.Key.From, arrow.Key.To!, string.Join(", ", arrow.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(6))))
            .Order(),
    ];

    private static string? Folder(IType type) =>
        type.Namespace?.FullName is { } space && space.StartsWith(Root, StringComparison.Ordinal) ? space[Root.Length..].Split('.')[0] : null;
}
