// Command crosscheck reads a log written by plumbline_tlog with the libraries of Go's checksum database.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index int64
	Leaf  []byte
	Proof []tlog.Hash
}

type consistency struct {
	Size  int64
	Root  tlog.Hash
	Proof []tlog.Hash
}

type input struct {
	Vkey, Checkpoint, Folder string
	Inclusions               []inclusion
	Consistencies            []consistency
}

// tiles reads the C2SP layout: no height in the path, unlike Tile.Path.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	if err := check(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func check() error {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		return err
	}
	tree, err := openCheckpoint(in.Vkey, in.Checkpoint)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, tiles{in.Folder})
	for _, i := range in.Inclusions {
		if err := tlog.CheckRecord(i.Proof, tree.N, tree.Hash, i.Index, tlog.RecordHash(i.Leaf)); err != nil {
			return fmt.Errorf("inclusion of %d: %w", i.Index, err)
		}
		own, err := tlog.ProveRecord(tree.N, i.Index, reader)
		if err != nil || fmt.Sprint(own) != fmt.Sprint(tlog.RecordProof(i.Proof)) {
			return fmt.Errorf("the tiles prove %d otherwise: %v", i.Index, err)
		}
	}
	for _, c := range in.Consistencies {
		if err := tlog.CheckTree(c.Proof, tree.N, tree.Hash, c.Size, c.Root); err != nil {
			return fmt.Errorf("consistency with %d: %w", c.Size, err)
		}
	}
	return nil
}

func openCheckpoint(vkey, checkpoint string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open([]byte(checkpoint), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	var origin, root string
	var tree tlog.Tree
	if _, err := fmt.Sscanf(opened.Text, "%s\n%d\n%s\n", &origin, &tree.N, &root); err != nil {
		return tlog.Tree{}, err
	}
	if origin != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("origin %q is not the key's name", origin)
	}
	hash, err := base64.StdEncoding.DecodeString(root)
	copy(tree.Hash[:], hash)
	return tree, err
}
