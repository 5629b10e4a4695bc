using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Live;

/// <summary>Subjects in the order of their last change; each stands in it once, so it is no longer than there are subjects.</summary>
internal sealed class ChangeJournal
{
    private readonly Dictionary<Subject, LinkedListNode<Change>> _places = [];
    private readonly LinkedList<Change> _changes = [];

    private readonly record struct Subject(bool IsBot, string Id);

    private readonly record struct Change(Subject Subject, long Position);

    /// <summary>Grows with every change.</summary>
    public long Position { get; private set; }

    public void Record(ChangedSubjects subjects)
    {
        foreach (var provider in subjects.Providers) Record(new Subject(IsBot: false, provider));
        foreach (var bot in subjects.Bots) Record(new Subject(IsBot: true, bot));
    }

    /// <summary>What changed after a position.</summary>
    public ChangedSubjects Since(long position)
    {
        var (providers, bots) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        for (var node = _changes.Last; node is not null && node.Value.Position > position; node = node.Previous)
        {
            (node.Value.Subject.IsBot ? bots : providers).Add(node.Value.Subject.Id);
        }

        return new(providers.ToImmutable(), bots.ToImmutable());
    }

    private void Record(Subject subject)
    {
        if (_places.TryGetValue(subject, out var before)) _changes.Remove(before);
        _places[subject] = _changes.AddLast(new Change(subject, ++Position));
    }
}
