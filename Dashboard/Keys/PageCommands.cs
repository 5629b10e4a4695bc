namespace ControlPlane.Dashboard.Keys;

/// <summary>Something that the palette offers.</summary>
/// <param name="Kind">For example <c>View</c>, <c>Connection</c>, <c>Bot</c>, <c>Action</c>.</param>
public sealed record PageCommand(string Title, string Kind, Func<Task> Run, bool Enabled = true);

/// <summary>What the open view adds to the palette.</summary>
public sealed class PageCommands
{
    private readonly List<Func<IEnumerable<PageCommand>>> _sources = [];

    public IEnumerable<PageCommand> All => _sources.SelectMany(source => source());

    public IDisposable Offer(Func<IEnumerable<PageCommand>> source)
    {
        _sources.Add(source);
        return new Offering(this, source);
    }

    private sealed class Offering(PageCommands commands, Func<IEnumerable<PageCommand>> source) : IDisposable
    {
        public void Dispose() => commands._sources.Remove(source);
    }
}
