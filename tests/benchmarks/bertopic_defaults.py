"""BERTopic as it comes, over given vectors: run by ``themes.py`` in a Python that has umap, hdbscan and bertopic.

``bertopic_defaults.py GIVEN FOUND``: reads GIVEN.json (texts) and GIVEN.npy (vectors), writes FOUND.
``bertopic_defaults.py GIVEN FOUND MODEL``: from the texts alone, with sentence-transformers and the model in that folder;
FOUND is then the processor seconds of the whole process.
"""

import json
import sys
import time

import numpy as np


def measure(given: str, found: str) -> None:
    """Fit the defaults, and write labels, share left out, number of themes and processor seconds."""
    from bertopic import BERTopic

    with open(f"{given}.json", encoding="utf-8") as file:
        texts = json.load(file)
    vectors = np.load(f"{given}.npy")
    BERTopic().fit_transform(texts[:300], embeddings=vectors[:300])  # imports and compiling are no part of a fit
    started = time.process_time()
    topics = np.array(BERTopic().fit_transform(texts, embeddings=vectors)[0])
    cpu_s = time.process_time() - started
    outside = topics == -1
    themes = sorted(set(topics.tolist()) - {-1})
    if outside.any() and themes:
        centres = np.stack([vectors[topics == theme].mean(axis=0) for theme in themes])
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
        topics[outside] = np.array(themes)[(vectors[outside] @ centres.T).argmax(axis=1)]
    with open(found, "w", encoding="utf-8") as file:
        json.dump(
            {"labels": topics.tolist(), "outliers": float(outside.mean()), "themes": len(themes), "cpu_s": cpu_s}, file
        )


def measure_cold(given: str, found: str, model: str) -> None:
    """Everything somebody waits for who starts it: imports, compiling, embedding, the fit."""
    from bertopic import BERTopic
    from sentence_transformers import SentenceTransformer

    with open(f"{given}.json", encoding="utf-8") as file:
        texts = json.load(file)
    BERTopic(embedding_model=SentenceTransformer(model, device="cpu")).fit_transform(texts)
    with open(found, "w", encoding="utf-8") as file:
        json.dump(time.process_time(), file)


if __name__ == "__main__":
    measure(*sys.argv[1:]) if len(sys.argv) == 3 else measure_cold(*sys.argv[1:])
