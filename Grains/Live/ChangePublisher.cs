using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Live;

/// <summary>Leaves word on the board, one call at a time: what changes meanwhile goes with the next one. To be used from one grain's scheduler.</summary>
internal sealed class ChangePublisher(IGrainFactory grains)
{
    private readonly HashSet<string> _providers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _bots = new(StringComparer.Ordinal);
    private bool _telling;

    public void Provider(string id)
    {
        _providers.Add(id);
        if (!_telling) _ = TellAsync();
    }

    public void Bot(string id)
    {
        _bots.Add(id);
        if (!_telling) _ = TellAsync();
    }

    private async Task TellAsync()
    {
        _telling = true;
        try
        {
            var board = grains.GetGrain<IChangeFeedGrain>(0);
            while (_providers.Count + _bots.Count > 0)
            {
                var subjects = new ChangedSubjects([.. _providers], [.. _bots]);
                _providers.Clear();
                _bots.Clear();
                await board.Changed(subjects);
            }
        }
        catch (Exception)
        {
            // Nodes look by themselves every second: a lost word costs a moment.
        }
        finally
        {
            _telling = false;
        }
    }
}
